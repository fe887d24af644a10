"""Template files to compiled templates, and the bytecode cache."""
