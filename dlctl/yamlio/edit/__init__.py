"""Edits of YAML text in place: values are spliced in, comments and layout stay."""
