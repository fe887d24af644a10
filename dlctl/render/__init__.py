"""Render components to Kubernetes objects: a pure function of files."""
