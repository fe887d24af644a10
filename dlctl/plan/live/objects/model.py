"""What is found on a cluster, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError
from dlctl.manifest import GroupKind, JsonObject, ObjectRef


@dataclass(frozen=True, slots=True)
class LiveObject:
    """One object as a server returned it; `body` has the metadata alone where no more was asked for."""

    ref: ObjectRef
    resource: Resource
    body: JsonObject

    @property
    def uid(self) -> str:
        """The object's UID."""
        return str(self.body["metadata"].get("uid") or "")


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search for a target's objects.

    `ours` carry the target's labels. `unmanaged` have a wanted name and not the labels, metadata
    only. `unreadable` says why it is not known whether an object exists; `unseen` are kinds that
    could not be listed.
    """

    ours: Mapping[ObjectRef, LiveObject]
    unmanaged: Mapping[ObjectRef, LiveObject] = field(default_factory=dict)
    unreadable: Mapping[ObjectRef, ClusterError] = field(default_factory=dict)
    unseen: tuple[GroupKind, ...] = ()
