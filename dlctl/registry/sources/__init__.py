"""Where registries are: a directory or a git repository. Only this room runs git or reads foreign folders."""
