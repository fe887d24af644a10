"""What components need of a cluster, as values."""

from msgspec import Struct

from dlctl.manifest import ApiKey, GroupKind
from dlctl.nodes.inventory.placement import Placement


class KindNeed(Struct, frozen=True):
    """A kind in a version; `exact` if objects of it are sent, else any version will do.

    `provider` is what provides it, as the subject of a sentence; empty if not known.
    """

    component: str
    key: ApiKey
    exact: bool
    provider: str = ""


class ObjectNeed(Struct, frozen=True):
    """An object that the cluster must have, such as a StorageClass; no `name` means a default one."""

    component: str
    kind: GroupKind
    name: str


class PodNeed(Struct, frozen=True):
    """A node for a pod of an object, which is named as in `show -o name`."""

    component: str
    owner: str
    placement: Placement


class Needs(Struct, frozen=True):
    """All that components need; each entry once. `notes` say which objects are not checked, and why."""

    kinds: tuple[KindNeed, ...] = ()
    objects: tuple[ObjectNeed, ...] = ()
    pods: tuple[PodNeed, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def label_keys(self) -> frozenset[str]:
        """The node labels that pods ask for."""
        return frozenset(key for pod in self.pods for key in pod.placement.label_keys)


class Problem(Struct, frozen=True):
    """Something that a component needs and the cluster does not have, and why that is known."""

    component: str
    need: str
    reason: str
