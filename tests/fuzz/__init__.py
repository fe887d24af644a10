"""Searches by fixed seeds; `make torture` runs more of them."""
