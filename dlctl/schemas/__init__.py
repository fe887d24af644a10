"""Offline checks of objects against the OpenAPI v3 documents of a cluster."""
