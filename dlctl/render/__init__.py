"""Components to Kubernetes objects: a pure function of files."""
