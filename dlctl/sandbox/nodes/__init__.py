"""Simulated nodes: shapes, Node objects, and the kubelets that kwok plays."""
