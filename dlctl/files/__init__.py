"""Atomic file replacement and locks: the only code that writes an app's files."""
