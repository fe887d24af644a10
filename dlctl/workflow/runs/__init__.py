"""Runs of components: made, found, compared, swept, pruned."""
