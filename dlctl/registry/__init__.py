"""Prototypes and packages: find, load and describe them."""
