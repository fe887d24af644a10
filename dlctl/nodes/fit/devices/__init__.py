"""Devices of Dynamic Resource Allocation: which of a node's devices the claims of a pod can get."""
