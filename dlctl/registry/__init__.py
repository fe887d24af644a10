"""Prototypes and packages: find and load them."""
