"""What the nodes of clusters have: devices, networks, and what of them is free."""
