"""Which kinds besides nodes and pods decide about pods, and which pods need each."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from dlctl.nodes.fit.claim_templates import claim_templates
from dlctl.nodes.fit.model import PodRequest, PodState
from dlctl.nodes.fit.queues.kueue import queue_name
from dlctl.nodes.fit.queues.volcano import volcano_queue
from dlctl.nodes.fit.terms import pod_terms
from dlctl.nodes.fit.usage import claims_of
from dlctl.workflow.node_list import DRA_VERSIONS


class Listing(Struct, frozen=True):
    """A kind to list. Of `versions` the first that is served counts. `everywhere` is for all namespaces."""

    kind: str
    plural: str
    versions: tuple[str, ...]
    needed_by: Callable[[PodRequest], bool]
    everywhere: bool = False

    @property
    def title(self) -> str:
        """The kind in the plural, for notes."""
        return self.kind + ("es" if self.kind.endswith("s") else "s")


def _always(request: PodRequest) -> bool:
    return True


def _never(request: PodRequest) -> bool:
    return False


def _has_priority(request: PodRequest) -> bool:
    return bool(request.spec.get("priorityClassName"))


def _has_runtime(request: PodRequest) -> bool:
    return bool(request.spec.get("runtimeClassName"))


def _has_claims(request: PodRequest) -> bool:
    return bool(claims_of(request.spec) or claim_templates(request))


def _in_kueue(request: PodRequest) -> bool:
    return bool(queue_name(request))


def _in_volcano(request: PodRequest) -> bool:
    return bool(volcano_queue(request)[0])


def _has_devices(request: PodRequest) -> bool:
    return bool(request.spec.get("resourceClaims"))


_KUEUE = ("kueue.x-k8s.io/v1beta2", "kueue.x-k8s.io/v1beta1")

NAMESPACES = Listing("Namespace", "namespaces", ("v1",), _never)
LIMIT_RANGES = Listing("LimitRange", "limitranges", ("v1",), _always)
QUOTAS = Listing("ResourceQuota", "resourcequotas", ("v1",), _always)
PRIORITY_CLASSES = Listing("PriorityClass", "priorityclasses", ("scheduling.k8s.io/v1",), _has_priority)
RUNTIME_CLASSES = Listing("RuntimeClass", "runtimeclasses", ("node.k8s.io/v1",), _has_runtime)
CLAIMS = Listing("PersistentVolumeClaim", "persistentvolumeclaims", ("v1",), _has_claims)
VOLUMES = Listing("PersistentVolume", "persistentvolumes", ("v1",), _has_claims)
STORAGE_CLASSES = Listing("StorageClass", "storageclasses", ("storage.k8s.io/v1",), _has_claims)
LOCAL_QUEUES = Listing("LocalQueue", "localqueues", _KUEUE, _in_kueue)
CLUSTER_QUEUES = Listing("ClusterQueue", "clusterqueues", _KUEUE, _in_kueue)
FLAVORS = Listing("ResourceFlavor", "resourceflavors", _KUEUE, _in_kueue)
VOLCANO_QUEUES = Listing("Queue", "queues", ("scheduling.volcano.sh/v1beta1",), _in_volcano)
SLICES = Listing("ResourceSlice", "resourceslices", DRA_VERSIONS, _has_devices)
DEVICE_CLASSES = Listing("DeviceClass", "deviceclasses", DRA_VERSIONS, _has_devices)
RESOURCE_CLAIMS = Listing("ResourceClaim", "resourceclaims", DRA_VERSIONS, _has_devices, everywhere=True)
DEVICE_TEMPLATES = Listing("ResourceClaimTemplate", "resourceclaimtemplates", DRA_VERSIONS, _has_devices)

LISTINGS = (
    LIMIT_RANGES,
    QUOTAS,
    PRIORITY_CLASSES,
    RUNTIME_CLASSES,
    CLAIMS,
    VOLUMES,
    STORAGE_CLASSES,
    LOCAL_QUEUES,
    CLUSTER_QUEUES,
    FLAVORS,
    VOLCANO_QUEUES,
    SLICES,
    DEVICE_CLASSES,
    RESOURCE_CLAIMS,
    DEVICE_TEMPLATES,
)


def names_namespaces(requests: Iterable[PodRequest], pods: Iterable[PodState]) -> bool:
    """Whether a term of pod affinity selects namespaces by their labels."""
    wanted = (
        term
        for request in requests
        for kind in ("podAffinity", "podAntiAffinity")
        for term in pod_terms((request.spec.get("affinity") or {}).get(kind), request.namespace)
    )
    there = (term for pod in pods for term in pod.anti_affinity)
    return any(term.namespace_selector.requirements for term in (*wanted, *there))
