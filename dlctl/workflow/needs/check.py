"""What of the needs of components a cluster does not have."""

from collections.abc import Collection, Iterable, Iterator

from dlctl.app.cluster_snapshot import ClusterSnapshot, ServedKind
from dlctl.manifest import GroupKind, group_kind_of, split_api_version
from dlctl.nodes.inventory.fit import misfit
from dlctl.text import listed
from dlctl.workflow.needs.model import KindNeed, Needs, ObjectNeed, Problem


def problems(needs: Needs, snapshot: ClusterSnapshot, labels: Collection[str] = ()) -> tuple[Problem, ...]:
    """Each need that is not met, each once; what could not be read is not judged.

    `labels` are node labels that the snapshot records beside those that it always does.
    """
    found = [
        *missing_kinds(needs.kinds, snapshot),
        *_objects(needs, snapshot),
        *_pods(needs, snapshot, labels),
    ]
    return tuple(dict.fromkeys(found))


def missing_kinds(needs: Iterable[KindNeed], snapshot: ClusterSnapshot) -> Iterator[Problem]:
    """Each kind that is not served, or not in the version of which objects are sent."""
    served = {kind.group_kind: kind for kind in snapshot.kinds}
    for need in needs:
        reason = _missing(need, served.get(group_kind_of(need.key)))
        if reason:
            yield Problem(need.component, f"kind {need.key[0]} {need.key[1]}", reason)


def _missing(need: KindNeed, served: ServedKind | None) -> str:
    if served is None:
        return f"not served ({need.provider} provides it)" if need.provider else "not served"
    if need.exact and split_api_version(need.key[0])[1] not in served.versions:
        return f"served only in {', '.join(served.versions)}"
    return ""


def _objects(needs: Needs, snapshot: ClusterSnapshot) -> Iterator[Problem]:
    for need in needs.objects:
        if reason := _absent(need, snapshot):
            what = f"{need.kind.kind} {need.name}" if need.name else f"a default {need.kind.kind}"
            yield Problem(need.component, what, reason)


def _absent(need: ObjectNeed, snapshot: ClusterSnapshot) -> str:
    if str(need.kind) in snapshot.unread:
        return ""
    if need.kind not in snapshot.objects:
        return f"{need.kind} is not served"
    there = snapshot.objects[need.kind]
    if not need.name:
        return "" if any(each.default for each in there) else _there(need.kind, snapshot)
    return "" if any(each.name == need.name for each in there) else _there(need.kind, snapshot)


def _there(kind: GroupKind, snapshot: ClusterSnapshot) -> str:
    names = listed((each.name for each in snapshot.objects[kind]), limit=6)
    return f"not found; there: {names}"


def _pods(needs: Needs, snapshot: ClusterSnapshot, labels: Collection[str]) -> Iterator[Problem]:
    if snapshot.nodes is None:
        return
    for need in needs.pods:
        if reason := misfit(need.placement, snapshot.nodes, labels):
            yield Problem(need.component, f"nodes for {need.owner}", reason)
