"""What nodes can do: detection on a host, and the nodes of clusters."""
