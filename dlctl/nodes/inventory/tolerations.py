"""Which taints the pods of a component tolerate, whatever kind of object makes them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.names import is_device
from dlctl.nodes.inventory.node_status import Toleration, Tolerations
from dlctl.nodes.inventory.requests import pod_requests


def tolerations_of(bodies: Iterable[JsonObject]) -> tuple[Tolerations, ...]:
    """The tolerations of each pod that objects would make, of those that ask for devices where any does."""
    specs = [spec for body in bodies for spec in _pod_specs(body)]
    asking = [spec for spec in specs if any(map(is_device, pod_requests({"spec": spec})))]
    return tuple(tuple(map(Toleration.read, spec.get("tolerations") or ())) for spec in asking or specs)


def _pod_specs(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping with a list of containers: a pod's spec, in a template of any kind."""
    if isinstance(value, Mapping):
        if isinstance(value.get("containers"), list):
            yield value
            return
        for part in value.values():
            yield from _pod_specs(part)
    elif isinstance(value, list):
        for part in value:
            yield from _pod_specs(part)
