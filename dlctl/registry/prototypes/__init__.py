"""Prototypes: find, load, check and copy them."""
