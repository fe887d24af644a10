"""Whether pods fit on the nodes of a cluster: `node check`, and the lines of `diff` and `apply`."""
