"""Start, find and stop sandboxes: processes, ports, certificates, state on disk."""
