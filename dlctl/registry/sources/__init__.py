"""Where registries are: directories, git and OCI repositories. Only this room reads what others wrote."""
