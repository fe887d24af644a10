"""Prototypes: find, load, validate and eject them."""
