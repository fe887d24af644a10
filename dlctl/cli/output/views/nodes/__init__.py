"""Nodes: of a cluster, of this host, their labels, and what fits on them."""
