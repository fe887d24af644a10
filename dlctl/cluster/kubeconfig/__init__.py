"""Kubeconfig files: found, merged and read as kubectl does."""
