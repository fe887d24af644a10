"""What would change: read a cluster, compare, decide, order. Writes nothing."""
