"""Real operators for sandboxes."""
