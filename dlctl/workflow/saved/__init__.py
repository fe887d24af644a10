"""Save a plan in a file, sign it, and make the plan that is applied from it."""
