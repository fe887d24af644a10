"""YAML files: load with positions, edit in place, and dump in a form that all YAML readers agree on."""
