"""Progress: live rows on a terminal, lines on a pipe."""
