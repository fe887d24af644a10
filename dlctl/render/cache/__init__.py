"""Rendered components between processes: a component whose inputs did not change is not rendered again."""
