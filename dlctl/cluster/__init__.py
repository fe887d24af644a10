"""A Kubernetes API server: the `Cluster` protocol and its implementation."""
