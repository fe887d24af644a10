"""What can keep a pod from a node: a module for each plugin of the scheduler that filters nodes."""
