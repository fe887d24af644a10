"""The model of objects found on a cluster."""

from collections.abc import Mapping

from msgspec import Struct, field

from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError
from dlctl.manifest import GroupKind, JsonObject, ObjectRef


class LiveObject(Struct, frozen=True):
    """One object returned by the server; `body` has only metadata if only that was requested."""

    ref: ObjectRef
    resource: Resource
    body: JsonObject

    @property
    def uid(self) -> str:
        """The object's UID."""
        return str(self.body["metadata"].get("uid") or "")


class Unseen(Struct, frozen=True):
    """A kind that could not be listed in `namespace` ("": in none), and why."""

    resource: Resource
    namespace: str
    error: ClusterError

    @property
    def group_kind(self) -> GroupKind:
        """The kind."""
        return self.resource.group_kind


class Found(Struct, frozen=True):
    """The result of a search for a target's objects.

    `ours` have the target's labels. `unmanaged` have a wanted name but not the labels, with metadata only.
    `unreadable` has the errors of wanted objects that could not be read; `unseen` are kinds that could not
    be listed. `runs` are the objects of runs, where they were asked for.
    """

    ours: Mapping[ObjectRef, LiveObject]
    unmanaged: Mapping[ObjectRef, LiveObject] = field(default_factory=dict)
    unreadable: Mapping[ObjectRef, ClusterError] = field(default_factory=dict)
    unseen: tuple[Unseen, ...] = ()
    runs: Mapping[ObjectRef, LiveObject] = field(default_factory=dict)
