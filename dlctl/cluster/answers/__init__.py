"""What programs and servers answer, checked for the shape that is used before anything is read from it."""
