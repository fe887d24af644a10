"""Parameters: layers to values with their origin, checked against the prototype's schema."""
