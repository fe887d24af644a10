"""Jobs on a cluster: which there are, their phases, and why they do not run."""
