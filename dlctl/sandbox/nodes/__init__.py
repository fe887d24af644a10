"""Simulated nodes: shapes, Node objects, and kwok's simulated kubelets."""
