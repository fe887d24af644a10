"""Make it so: the only room that writes to a cluster."""
