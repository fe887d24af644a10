"""Expressions that need no template engine: the common ones of rules. The engine evaluates all others."""
