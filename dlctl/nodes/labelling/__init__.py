"""Labels for nodes: rules and detected hosts in, changes of a node's labels out; no network."""
