"""Atomic file replacement and locks: the only code that writes to the file system."""
