"""Which taints the pods of a component tolerate, whatever kind of object makes them."""

from collections.abc import Iterable

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.names import is_device
from dlctl.nodes.inventory.node_status import Toleration, Tolerations
from dlctl.nodes.inventory.pod_specs import pod_specs
from dlctl.nodes.inventory.requests import pod_requests


def tolerations_of(bodies: Iterable[JsonObject]) -> tuple[Tolerations, ...]:
    """The tolerations of each pod that objects would make, of those that ask for devices where any does."""
    specs = [spec for body in bodies for spec in pod_specs(body)]
    asking = [spec for spec in specs if any(map(is_device, pod_requests({"spec": spec})))]
    return tuple(tuple(map(Toleration.read, spec.get("tolerations") or ())) for spec in asking or specs)
