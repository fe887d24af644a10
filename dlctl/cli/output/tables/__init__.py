"""Tables: drawn by rich on a terminal, plain aligned lines on a pipe."""
