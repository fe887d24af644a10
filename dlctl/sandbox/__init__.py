"""Sandboxes: real control planes on this machine, with simulated nodes."""
