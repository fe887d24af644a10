"""Whether pods would fit on the nodes of a cluster: arithmetic on values, without a network."""
