"""One cluster's API server: the protocol that the rooms to the right use, and its implementation."""
