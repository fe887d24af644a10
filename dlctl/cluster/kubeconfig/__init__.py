"""Kubeconfig files: found, merged and parsed as by kubectl."""
