"""What two snapshots do not have in common: of two clusters, or of one cluster at two times."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.cluster_snapshot import NODES, SECTIONS, ClusterSnapshot, ListedObject, ServedKind
from dlctl.manifest import GroupKind
from dlctl.nodes.inventory.groups import NodeGroup
from dlctl.nodes.inventory.hardware import hardware

ABSENT = "-"
SLICES = "ResourceSlice.resource.k8s.io"
"""What nodes have by dynamic resource allocation, as it is called among what could not be read."""


class Difference(Struct, frozen=True):
    """Something that two snapshots have differently; `-` where one does not have it.

    `section` is `version`, `kinds`, `nodes`, or a section of the file; `kind` is the kind of a listed
    object, empty for all else.
    """

    section: str
    kind: str
    name: str
    left: str
    right: str


def differences(left: ClusterSnapshot, right: ClusterSnapshot) -> tuple[Difference, ...]:
    """All differences, by section; what one of the two could not read is left out."""
    return tuple(_all(left, right))


def not_compared(left: ClusterSnapshot, right: ClusterSnapshot) -> tuple[str, ...]:
    """What could not be compared, because it could not be read on one side."""
    return tuple(sorted({*left.unread, *right.unread}))


def kept_parts(snapshot: ClusterSnapshot, known: ClusterSnapshot) -> tuple[str, ...]:
    """What could not be read of a cluster, and is in an older snapshot of it."""
    had = {str(kind.group_kind) for kind in known.kinds} - set(known.unread)
    if known.nodes is not None:
        had.add(NODES)
    return tuple(each for each in snapshot.unread if each in had)


def completed(snapshot: ClusterSnapshot, known: ClusterSnapshot, *, names: bool = True) -> ClusterSnapshot:
    """A snapshot in which what could not be read is as in an older one of the same cluster.

    Nodes need their ResourceSlices, too: without them devices would be lost. Without `names`, kept nodes
    lose their names.
    """
    kept = kept_parts(snapshot, known)
    objects = {kind: each for kind, each in known.objects.items() if str(kind) in kept}
    nodes = snapshot.nodes
    if known.nodes is not None and {NODES, SLICES} & set(kept):
        nodes = tuple(each if names else replace(each, names=()) for each in known.nodes)
    unread = tuple(each for each in snapshot.unread if each not in kept)
    return replace(snapshot, nodes=nodes, objects={**snapshot.objects, **objects}, unread=unread)


def _all(left: ClusterSnapshot, right: ClusterSnapshot) -> Iterator[Difference]:
    if left.version != right.version:
        yield Difference("version", "", "version", left.version or ABSENT, right.version or ABSENT)
    yield from _of("nodes", "", _nodes(left), _nodes(right)) if _readable(NODES, left, right) else ()
    for section, kinds in SECTIONS.items():
        for kind in kinds:
            if _readable(str(kind), left, right):
                yield from _of(section, kind.kind, _objects(left, kind), _objects(right, kind))
    yield from _of("kinds", "", _kinds(left), _kinds(right))


def _readable(what: str, *snapshots: ClusterSnapshot) -> bool:
    return not any(what in snapshot.unread for snapshot in snapshots)


def _of(section: str, kind: str, left: Mapping[str, str], right: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys((*left, *right)):
        one, other = left.get(name, ABSENT), right.get(name, ABSENT)
        if one != other:
            yield Difference(section, kind, name, one, other)


def _kinds(snapshot: ClusterSnapshot) -> Mapping[str, str]:
    return {str(kind.group_kind): _kind(kind) for kind in snapshot.kinds}


def _kind(kind: ServedKind) -> str:
    return ", ".join(kind.versions) + ("" if kind.namespaced else " (cluster-scoped)")


def _nodes(snapshot: ClusterSnapshot) -> Mapping[str, str]:
    """How many nodes of each hardware there are, whatever their labels."""
    found: dict[str, list[NodeGroup]] = {}
    for group in snapshot.nodes or ():
        found.setdefault(hardware(group), []).append(group)
    return {name: str(sum(group.count for group in groups)) for name, groups in found.items()}


def _objects(snapshot: ClusterSnapshot, kind: GroupKind) -> Mapping[str, str]:
    return {each.name: _object(each) for each in snapshot.objects.get(kind, ())}


def _object(listed: ListedObject) -> str:
    parts = (["default"] if listed.default else []) + [
        f"{key} {value}" for key, value in listed.details.items()
    ]
    return ", ".join(parts) or "yes"
