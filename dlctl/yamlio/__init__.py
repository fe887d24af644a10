"""YAML files: load with positions, edit in place, dump so that every reader reads the same."""
