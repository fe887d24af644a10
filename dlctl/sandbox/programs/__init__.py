"""The programs of a control plane: the Go toolchain, builds and their cache."""
