"""Jobs on the clusters of environments: found, listed, read, cancelled."""
