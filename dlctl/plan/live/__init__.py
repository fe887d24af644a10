"""The live state of a cluster: objects, namespaces, kinds and ownership."""
