"""The parts of `validate`: rendering, checks of objects and requirements, and where values come from."""
