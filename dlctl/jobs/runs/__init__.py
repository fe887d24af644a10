"""Runs: one execution of a component, with a name of its own."""
