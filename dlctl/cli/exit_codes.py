"""Special exit codes."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as in shells (128 + SIGINT)."""
