"""One module for each source of facts: it reads its part of a host's files and returns a value."""
