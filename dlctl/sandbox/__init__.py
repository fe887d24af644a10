"""A real control plane on this machine, with simulated nodes."""
