"""What devices are: tables of models by PCI ID, and the GPUs and accelerators of a host."""
