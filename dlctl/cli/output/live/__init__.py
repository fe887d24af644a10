"""Live progress: rows on a terminal, lines on a pipe."""
