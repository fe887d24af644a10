"""What the scheduler counts of a pod: component-helpers resource.PodRequests, in whole units.

`nodes.inventory.requests` has the formula; here amounts are rounded as NodeResourcesFit does: cpu to
thousandths, everything else to whole units (pkg/scheduler/framework/types.go, Resource.Add).
"""

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.amounts import THOUSANDTHS, Amounts, whole
from dlctl.nodes.inventory.requests import claimed_resources, pod_requests

CPU = "cpu"
NATIVE = frozenset({CPU, "memory", "ephemeral-storage"})


def scheduled_requests(spec: JsonObject) -> Amounts:
    """The amounts that a pod of this spec requests; those of 0 are left out."""
    return {name: value for name, value in pod_requests({"spec": spec}).items() if value}


def held_requests(pod: JsonObject) -> Amounts:
    """The amounts that a live pod holds of its node; claims hold what they have themselves."""
    found = pod_requests(pod)
    for name in claimed_resources(pod):
        found.pop(name, None)
    return rounded(found)


def rounded(amounts: Amounts) -> Amounts:
    """Whole units of everything but cpu, a part of one counted as one."""
    return {
        name: value if name == CPU else whole(value) * THOUSANDTHS for name, value in amounts.items() if value
    }


def is_counted(resource: str) -> bool:
    """Whether nodes count a resource: the native ones, huge pages and those with a domain."""
    return resource in NATIVE or "/" in resource or resource.startswith(("hugepages-", "attachable-volumes-"))
