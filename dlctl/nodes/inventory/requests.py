"""What one pod takes of its node, as the scheduler counts it (component-helpers, resource.PodRequests)."""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.amounts import Amounts, add, amounts, largest

RESIZABLE = ("cpu", "memory")
"""Resources of a container that can change while it runs."""


def pod_requests(pod: JsonObject) -> Amounts:
    """Containers and sidecars together, or the largest moment of the init containers; plus overhead.

    A sidecar, an init container that is restarted always, takes its part from its place on. Resources
    of the pod as a whole replace the sum of cpu, memory and huge pages.
    """
    spec = pod.get("spec") or {}
    running = _running(pod)
    total: Amounts = {}
    for container in spec.get("containers") or ():
        add(total, _container(container, running))
    sidecars, peak = _init_containers(spec.get("initContainers") or (), running)
    add(total, sidecars)
    largest(total, peak)
    total.update(_whole_pod(spec.get("resources")))
    add(total, amounts(spec.get("overhead")))
    return total


def claimed_resources(pod: JsonObject) -> frozenset[str]:
    """Resources of which a ResourceClaim already has what the pod requests (DRAExtendedResource)."""
    status = (pod.get("status") or {}).get("extendedResourceClaimStatus") or {}
    mappings = status.get("requestMappings") or ()
    return frozenset(str(each.get("resourceName")) for each in mappings)


def _init_containers(containers: Iterable[JsonObject], running: Mapping[str, Any]) -> tuple[Amounts, Amounts]:
    """What the sidecars take together, and the most of each resource that is taken at one time."""
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in containers:
        own = _container(container, running)
        if container.get("restartPolicy") == "Always":
            add(sidecars, own)
            largest(peak, sidecars)
        else:
            now = dict(sidecars)
            add(now, own)
            largest(peak, now)
    return sidecars, peak


def _container(container: JsonObject, running: Mapping[str, Any]) -> Amounts:
    resources = container.get("resources")
    if not resources:
        return {}
    found = {**amounts(resources.get("limits")), **amounts(resources.get("requests"))}
    status = running.get(str(container.get("name")))
    if status:
        for stated in (status.get("allocatedResources"), (status.get("resources") or {}).get("requests")):
            largest(found, {name: value for name, value in amounts(stated).items() if name in RESIZABLE})
    return found


def _running(pod: JsonObject) -> Mapping[str, Any]:
    """The statuses of containers that say what they were given, by name."""
    status = pod.get("status") or {}
    each = (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ()))
    return {
        str(one.get("name")): one for one in each if one.get("allocatedResources") or one.get("resources")
    }


def _whole_pod(resources: Mapping[str, Any] | None) -> Amounts:
    if not resources:
        return {}
    found = {**amounts(resources.get("limits")), **amounts(resources.get("requests"))}
    return {
        name: value for name, value in found.items() if name in RESIZABLE or name.startswith("hugepages-")
    }
