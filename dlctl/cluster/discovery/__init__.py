"""Discovery: the kinds that an API server serves, with a cache."""
