"""Plans as text and JSON, with secrets masked."""
