"""What the cluster has: objects, namespaces, kinds, and who owns what."""
