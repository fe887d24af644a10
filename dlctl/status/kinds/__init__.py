"""The rules: one module for a kind, or for kinds with the same rule; each has `KINDS` and `rule`."""
