"""Plans in files: what they hold, and whether they still hold."""
