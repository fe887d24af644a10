"""Environments, parameters, prototypes, plans and results, as text or JSON."""
