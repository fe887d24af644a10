"""OCI repositories as registries: the distribution protocol, credentials, the layout of artifacts."""
