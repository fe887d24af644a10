"""What components need of a cluster, and what of it a cluster does not have."""
