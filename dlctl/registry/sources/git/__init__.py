"""Git repositories as sources of registries, through the user's own git."""
