"""Options and arguments of several commands, and their parsing."""
