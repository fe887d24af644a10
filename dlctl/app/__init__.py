"""An app on disk: its model, loading, and edits of its files."""
