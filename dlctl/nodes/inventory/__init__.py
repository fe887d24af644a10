"""The nodes of one cluster counted: Node, Pod and ResourceSlice objects in, frozen values out; no network."""
