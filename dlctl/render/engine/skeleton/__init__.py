"""Tokens and skeletons: rendered text parsed as YAML once and filled with values."""
