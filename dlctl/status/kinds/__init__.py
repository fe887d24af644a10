"""Status rules: one module for each kind, or for kinds with the same rule; each has `KINDS` and `rule`."""
