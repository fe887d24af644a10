"""Plans: read a cluster, compare, decide what would change. Writes nothing."""
