"""The specs of the pods that an object makes, whatever its kind."""

from collections.abc import Iterator, Mapping
from typing import Any


def pod_specs(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping with a list of containers: a pod's spec, in a template of any kind."""
    if isinstance(value, Mapping):
        if isinstance(value.get("containers"), list):
            yield value
            return
        for part in value.values():
            yield from pod_specs(part)
    elif isinstance(value, list):
        for part in value:
            yield from pod_specs(part)
