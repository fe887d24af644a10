"""Exit codes that are more than done and failed."""

INTERRUPTED = 130
"""Of a program that Ctrl-C ended, as shells count (128 + SIGINT)."""

SOME_UNREAD = 4
"""Of a command that reads several clusters, where some of them could not be read."""
