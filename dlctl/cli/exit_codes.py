"""Exit codes that are more than done and failed."""

INTERRUPTED = 130
"""Of a program that Ctrl-C ended, as shells count (128 + SIGINT)."""
