"""YAML files: load with positions, edit in place, and dump in a form that all YAML readers agree on."""

from dlctl.pattern import compiled_when_used

with compiled_when_used("yaml"):  # before any module of this package imports it
    import yaml  # noqa: F401
