"""Parameters: merged from layers, with their origin, and checked against the prototype's schema."""
