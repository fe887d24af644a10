"""`doctor`: what is installed, found and reachable."""
