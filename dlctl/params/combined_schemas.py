"""Check all values together against the JSON Schemas of a prototype's `allOf`."""

from collections.abc import Iterator

from dlctl.params.model import ParamSet
from dlctl.params.schema import compiled
from dlctl.registry.prototypes.model import CombinedSchema, Prototype


def broken_schemas(prototype: Prototype, params: ParamSet) -> Iterator[CombinedSchema]:
    """The schemas of `allOf` that the values break.

    The checked object has every parameter that has a value, including defaults. Raises RegistryError
    if a schema itself is not valid.
    """
    values = {name: value for name, value in params.values.items() if value is not None}
    for joint in prototype.combined_schemas:
        if not _holds(joint, values):
            yield joint


def _holds(joint: CombinedSchema, values: dict[str, object]) -> bool:
    return bool(compiled(joint.schema, "schema in 'allOf'", joint.location).is_valid(values))
