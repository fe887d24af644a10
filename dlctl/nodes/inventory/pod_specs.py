"""The specs of the pods that an object makes, whatever its kind."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


def pod_specs(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping with a list of containers: a pod's spec, in a template of any kind."""
    yield from (spec for _, spec in placed_pod_specs(value))


def placed_pod_specs(value: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every mapping with a list of containers, with its path in the value."""
    if isinstance(value, Mapping):
        if isinstance(value.get("containers"), list):
            yield path, value
            return
        for key, part in value.items():
            yield from placed_pod_specs(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from placed_pod_specs(part, (*path, index))
