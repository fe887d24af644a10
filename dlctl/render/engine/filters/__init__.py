"""The filters that templates have."""
