"""A sandbox on this machine: folders, processes, ports, certificates, kubeconfigs and API server."""
