"""Which kinds an API server serves, and the cache of that."""
