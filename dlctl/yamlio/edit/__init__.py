"""Edits of YAML text in place that keep comments and layout."""
