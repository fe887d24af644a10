"""A sandbox's share of this machine: folders, processes, ports, certificates, kubeconfigs, its API server."""
