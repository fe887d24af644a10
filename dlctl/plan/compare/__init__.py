"""Compare one manifest with its live object and decide on an action."""
