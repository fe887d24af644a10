"""Real operators that run beside a sandbox's control plane."""
