"""The engine's front door: what commands ask for, for one target or many.

`offline` reads files only; `online` also talks to clusters, and costs their imports.
"""
