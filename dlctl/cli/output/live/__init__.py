"""What is going on: rows on a terminal, lines on a pipe."""
