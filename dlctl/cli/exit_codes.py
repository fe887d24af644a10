"""Special exit codes."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as in shells (128 + SIGINT)."""

SOME_UNREAD = 4
"""Some of several clusters could not be read."""

FAILED_DIFF = 2
"""The least exit code of a failed `diff`, whose 1 says that there are differences."""

COMPARING = frozenset({"cluster", "env", "job", "param"})
"""Nouns with a command `diff`."""
