"""Read a cluster for a snapshot: its kinds, its nodes, its classes and queues."""
