"""What a cluster's nodes have and what of it is taken, as values."""

from enum import StrEnum

from msgspec import Struct, field

UNKNOWN = "?"
"""What stands for a model that nothing names."""


class Mode(StrEnum):
    """How the devices behind a resource are handed out."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"
    MIG_SINGLE = "mig-single"
    MIG_MIXED = "mig-mixed"
    PARTITION = "partition"
    VGPU = "vgpu"
    DRA = "dra"
    OTHER = "other"
    """No accelerator: a resource that was asked for by its name."""


class DeviceKind(Struct, frozen=True):
    """Devices that may be added up: one resource, one model, one way of handing them out.

    `resource` is an extended resource or a DRA driver; `model` is empty where nothing names it; `part`
    is what one unit is of a device, such as a MIG profile, and empty for a whole one.
    """

    resource: str
    model: str
    mode: Mode
    part: str = ""
    replicas: int = 1

    @property
    def label(self) -> str:
        """`H100-80G`, `H100-80G 1g.10gb`, `T4 shared×4`; `?` for a model that is not known."""
        if self.mode is Mode.OTHER:
            return self.resource
        share = f"shared×{self.replicas}" if self.replicas > 1 else ""
        if not share and self.mode in (Mode.SHARED, Mode.VGPU, Mode.DRA):
            share = self.mode.value
        return " ".join(filter(None, (self.model or UNKNOWN, self.part, share)))

    @property
    def title(self) -> str:
        """The label, or the resource where the model is not known: unlike resources have unlike titles."""
        if self.model or self.mode is Mode.OTHER:
            return self.label
        return f"{self.resource} {self.label.removeprefix(UNKNOWN)}".rstrip()


class Devices(Struct, frozen=True):
    """The devices of one kind on one node. `used` is None where pods could not be read.

    `usable` says whether the node takes pods that ask for them; `nominated` is what pods want that are
    to be started here once others have ended. `blocked` are healthy devices that cannot be had, since others
    use up what they share: a GPU while one of its partitions is in use, or more partitions than fit.
    """

    kind: DeviceKind
    capacity: int
    allocatable: int
    used: int | None
    usable: bool
    nominated: int = 0
    blocked: int = 0

    @property
    def idle(self) -> int | None:
        """What no pod holds, on a node that takes pods or on one that does not."""
        return None if self.used is None else max(0, self.allocatable - self.used - self.blocked)

    @property
    def free(self) -> int | None:
        """What a pod could get now."""
        return self.idle if self.usable or self.idle is None else 0

    @property
    def bad(self) -> int:
        """Devices that the plugin registered and does not offer: they are not healthy."""
        return max(0, self.capacity - self.allocatable)

    @property
    def overcommitted(self) -> bool:
        """Whether pods hold more than there is, as after a device died."""
        return self.used is not None and self.used > self.allocatable


class Rdma(Struct, frozen=True):
    """A node's RDMA network: adapters (None: not known how many), Gb/s of each, and the link."""

    adapters: int | None
    rate: int | None
    link: str

    def __str__(self) -> str:
        """`4×400G IB`, `100G RoCE`, `EFA`; `yes` where no more is known."""
        speed = f"{self.rate}G" if self.rate else ""
        count = str(self.adapters) if self.adapters else ""
        return f"{'×'.join(filter(None, (count, speed)))} {self.link}".strip() or "yes"


class Compute(Struct, frozen=True):
    """A node's cpu (in thousandths) or memory (in bytes); `used` is None where pods could not be read."""

    allocatable: int
    used: int | None

    @property
    def free(self) -> int | None:
        """What no pod has requested."""
        return None if self.used is None else max(0, self.allocatable - self.used)


class Finding(Struct, frozen=True):
    """Something about a node that does not fit together; `code` is for scripts."""

    code: str
    message: str


class DevicePod(Struct, frozen=True):
    """A pod that holds devices of a node; `counts` by resource. `since` is when it started there."""

    namespace: str
    name: str
    phase: str
    counts: tuple[tuple[str, int], ...]
    priority: int
    since: str


class Node(Struct, frozen=True):
    """A node with its devices. `status` is empty where it is ready and takes pods."""

    name: str
    status: tuple[str, ...]
    created: str
    devices: tuple[Devices, ...]
    rdma: Rdma | None
    cpu: Compute
    memory: Compute
    address: str = ""
    zone: str = ""
    topology: str = ""
    driver: str = ""
    kubelet: str = ""
    findings: tuple[Finding, ...] = ()
    pods: tuple[DevicePod, ...] | None = None

    @property
    def usable(self) -> bool:
        """Whether new pods can be placed on it."""
        return not self.status


class Demand(Struct, frozen=True):
    """Pods that wait for a node and ask for devices: how many of each resource, of how many owners."""

    counts: tuple[tuple[str, int], ...] = ()
    pods: int = 0
    owners: int = 0


class Inventory(Struct, frozen=True):
    """The nodes of one cluster, in natural order. `pending` is None where pods could not be read.

    `gated` are pods that a scheduling gate holds back; they are not among `pending`.
    """

    nodes: tuple[Node, ...]
    pending: Demand | None
    gated: Demand | None
    notes: tuple[str, ...] = field(default=())
