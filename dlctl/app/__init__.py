"""An app on disk: its model, loading it, and the edits of its files as values."""
