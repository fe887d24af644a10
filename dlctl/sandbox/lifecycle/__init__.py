"""Start, find and stop sandboxes."""
