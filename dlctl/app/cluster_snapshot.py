"""What cluster.yaml holds: a cluster's version, kinds, nodes, classes and queues, as values."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dlctl.manifest import GroupKind
from dlctl.pattern import pattern

if TYPE_CHECKING:  # takes longer to load than all else here, and an environment may have no cluster.yaml
    from dlctl.nodes.inventory.groups import NodeGroup

CLUSTER_FILE = "cluster.yaml"
_VERSION = pattern(r"v(?P<major>[0-9]{1,9})(?:(?P<stage>alpha|beta)(?P<minor>[0-9]{1,9}))?")
KIND = "ClusterSnapshot"
NODES = "nodes"
"""How nodes are called among what could not be read."""

SECTIONS: Mapping[str, tuple[GroupKind, ...]] = {
    "classes": (
        GroupKind("storage.k8s.io", "StorageClass"),
        GroupKind("node.k8s.io", "RuntimeClass"),
        GroupKind("scheduling.k8s.io", "PriorityClass"),
        GroupKind("resource.k8s.io", "DeviceClass"),
        GroupKind("networking.k8s.io", "IngressClass"),
    ),
    "queues": (
        GroupKind("kueue.x-k8s.io", "ClusterQueue"),
        GroupKind("kueue.x-k8s.io", "LocalQueue"),
        GroupKind("kueue.x-k8s.io", "ResourceFlavor"),
        GroupKind("scheduling.volcano.sh", "Queue"),
    ),
    "runtimes": (
        GroupKind("trainer.kubeflow.org", "ClusterTrainingRuntime"),
        GroupKind("trainer.kubeflow.org", "TrainingRuntime"),
    ),
    "webhooks": (
        GroupKind("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        GroupKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ),
}
"""The kinds whose objects are listed by name, by section of the file."""


class ServedKind(Struct, frozen=True):
    """A kind that the cluster serves; the preferred version comes first."""

    group_kind: GroupKind
    versions: tuple[str, ...]
    namespaced: bool

    @property
    def names(self) -> tuple[str, ...]:
        """`GROUP/VERSION/KIND` for each version, as in `requires`; `VERSION/KIND` in the core group."""
        group = self.group_kind.group
        prefix = f"{group}/" if group else ""
        return tuple(f"{prefix}{version}/{self.group_kind.kind}" for version in self.versions)


class ListedObject(Struct, frozen=True):
    """An object of a listed kind: its name, whether it is the default, and what tells it from others."""

    name: str
    default: bool = False
    details: Mapping[str, str] = field(default_factory=dict)


class ClusterSnapshot(Struct, frozen=True, eq=False):
    """A cluster as it was seen. The default is that of an environment without cluster.yaml.

    `nodes` is None where nodes could not be listed. `objects` has the listed kinds that the cluster
    serves; a kind that could not be listed is missing. `unread` names what could not be listed.
    """

    version: str = ""
    kinds: tuple[ServedKind, ...] = ()
    nodes: "tuple[NodeGroup, ...] | None" = None
    objects: Mapping[GroupKind, tuple[ListedObject, ...]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def has_names(self) -> bool:
        """Whether nodes are listed by name."""
        return any(group.names for group in self.nodes or ())

    @property
    def known(self) -> bool:
        """Whether there is a cluster.yaml."""
        return bool(self.version)


UNKNOWN = ClusterSnapshot()
"""The snapshot of an environment without cluster.yaml."""


def version_order(version: str) -> tuple[int, int, int, str]:
    """A sort key that puts the preferred version first, as the API server does: v2, v1, v1beta2, v1alpha1."""
    match = _VERSION.fullmatch(version)
    if match is None:
        return 3, 0, 0, version
    stage = {None: 0, "beta": 1, "alpha": 2}[match["stage"]]
    return stage, -int(match["major"]), -int(match["minor"] or 0), version
