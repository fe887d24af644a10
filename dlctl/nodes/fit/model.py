"""The state of a cluster that placing pods depends on, as values."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.devices.model import Claimed, DeviceState, Offer
from dlctl.nodes.fit.terms import PodTerm
from dlctl.nodes.inventory.amounts import Amounts
from dlctl.nodes.inventory.dra_objects import DeviceId
from dlctl.nodes.inventory.node_status import Toleration

Labels = Mapping[str, str]
HostPort = tuple[str, str, int]
"""Protocol, address and number."""


class Taint(NamedTuple):
    """A taint that keeps pods away which do not tolerate it: a tuple, since every node is asked for it."""

    key: str
    value: str
    effect: str


class NodeState(Struct, frozen=True):
    """A node as the scheduler sees it; `allocatable` in thousandths, `pods` among them."""

    name: str
    labels: Labels
    taints: tuple[Taint, ...]
    unschedulable: bool
    allocatable: Amounts


TOGETHER = ", which is checked together"
"""How the name of a holder ends whose pods are not there, but are placed in the same check."""


class PodState(Struct, frozen=True):
    """A pod that has a node, or is nominated for one.

    `owner` is what made it: kind and name of its controller; `owners` are all objects that it belongs to.
    `requests` are in thousandths, rounded up to what the scheduler counts. A `nominated` pod waits for the
    end of others on its node. `planned` is empty for a pod that is there; of one that is only placed it names
    the object that would make it. `devices` are those that its claims have (DRA).
    """

    namespace: str
    name: str
    node: str
    labels: Labels
    requests: Amounts
    ports: tuple[HostPort, ...] = ()
    anti_affinity: tuple[PodTerm, ...] = ()
    priority: int = 0
    terminating: bool = False
    owner: tuple[str, str] = ("", "")
    claims: frozenset[str] = frozenset()
    owners: frozenset[tuple[str, str]] = frozenset()
    nominated: bool = False
    planned: str = ""
    devices: frozenset[DeviceId] = frozenset()

    @property
    def holder(self) -> str:
        """What people call it: namespace and the name of its owner, or its own."""
        if self.planned:
            return f"{self.planned}{TOGETHER}"
        return f"{self.namespace}/{self.owner[1] or self.name}"

    def is_of(self, objects: Set[tuple[str, str, str]]) -> bool:
        """Whether it belongs to one of these objects: namespace, kind and name."""
        return any((self.namespace, *each) in objects for each in self.owners)


class Admission(Struct, frozen=True):
    """Objects by which the API server changes or refuses pods, as JSON bodies.

    None where they could not be read or were not needed.
    """

    limit_ranges: tuple[JsonObject, ...] = ()
    quotas: tuple[JsonObject, ...] = ()
    priority_classes: tuple[JsonObject, ...] = ()
    runtime_classes: tuple[JsonObject, ...] = ()


class Storage(Struct, frozen=True):
    """Claims, volumes and classes of storage, as JSON bodies."""

    claims: tuple[JsonObject, ...] = ()
    volumes: tuple[JsonObject, ...] = ()
    classes: tuple[JsonObject, ...] = ()


class Queues(Struct, frozen=True):
    """Queues of Kueue and Volcano and Kueue's ResourceFlavors, as JSON bodies."""

    local_queues: tuple[JsonObject, ...] = ()
    cluster_queues: tuple[JsonObject, ...] = ()
    volcano_queues: tuple[JsonObject, ...] = ()
    flavors: tuple[JsonObject, ...] = ()


class ClusterState(Struct, frozen=True):
    """Everything about a cluster that the arithmetic reads.

    `pods` is None where pods could not be listed: then what is free is not known. `unread` are kinds (plural
    names) that could not be listed, so that nothing is concluded from their absence.
    """

    nodes: tuple[NodeState, ...]
    pods: tuple[PodState, ...] | None = ()
    namespaces: Mapping[str, Labels] = field(default_factory=dict)
    admission: Admission = field(default_factory=Admission)
    storage: Storage = field(default_factory=Storage)
    queues: Queues = field(default_factory=Queues)
    devices: DeviceState = field(default_factory=DeviceState)
    unread: frozenset[str] = frozenset()


class PodRequest(Struct, frozen=True):
    """Pods of one template that are wanted: `count` of them, one for each node where that is None.

    `spec` is the pod's spec as it is stated; `path` leads to it in the object, `count_path` to the number of
    pods. `kind`, `name` and all that begins with `object` are the object's. `minimum` pods of the object
    start together or not at all; pods `in_turns` may come one after another. `unknown` says what of the
    pods is not known.
    """

    namespace: str
    spec: JsonObject
    labels: Labels = field(default_factory=dict)
    annotations: Labels = field(default_factory=dict)
    count: int | None = 1
    role: str = ""
    path: str = "spec"
    kind: str = "Pod"
    name: str = ""
    component: str = ""
    minimum: int = 0
    object_labels: Labels = field(default_factory=dict)
    object_annotations: Labels = field(default_factory=dict)
    object_spec: Mapping[str, Any] = field(default_factory=dict)
    unknown: str = ""
    in_turns: bool = False
    count_path: str = ""


NO_CLAIMS = Claimed(Offer())
"""What a pod without claims of devices has."""


class Pod(Struct, frozen=True):
    """A pod to place, as it is once the API server has admitted it."""

    request: PodRequest
    spec: JsonObject
    labels: Labels
    requests: Amounts
    tolerations: tuple[Toleration, ...]
    ports: tuple[HostPort, ...]
    affinity: tuple[PodTerm, ...]
    anti_affinity: tuple[PodTerm, ...]
    priority: int = 0
    preempts: bool = True
    claimed: Claimed = NO_CLAIMS

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return self.request.namespace


class Constraint(StrEnum):
    """What can keep a pod from a node, or from the cluster."""

    NODE_NAME = "node name"
    SELECTOR = "node selector"
    AFFINITY = "node affinity"
    TAINT = "taint"
    CORDONED = "cordoned"
    NOT_READY = "not ready"
    RESOURCE = "resource"
    PODS = "number of pods"
    PORT = "host port"
    SPREAD = "topology spread"
    POD_AFFINITY = "pod affinity"
    POD_ANTI_AFFINITY = "pod anti-affinity"
    VOLUME = "volume"
    CLAIM = "resource claim"
    GATE = "scheduling gate"
    QUOTA = "quota"
    LIMIT_RANGE = "limit range"
    CLASS = "class"
    QUEUE = "queue"
    GANG = "gang"
    NODES = "nodes"
    REQUIREMENT = "requirement"
    KIND = "kind"


class Lasting(StrEnum):
    """How long an obstacle stays: until other pods end, until somebody mends it, or as the objects are."""

    HELD = "held"
    CHANGES = "changes"
    ALWAYS = "always"


class Obstacle(Struct, frozen=True):
    """Why a node does not take a pod now. `field` is below the pod's spec; `resource` is what is lacking."""

    constraint: Constraint
    message: str
    field: str
    lasting: Lasting = Lasting.ALWAYS
    resource: str = ""
