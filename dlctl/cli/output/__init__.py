"""Everything that is printed: tables, JSON, diffs, progress and errors."""
