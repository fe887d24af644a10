"""Find all objects with a target's labels on a cluster, of all kinds, with metadata only."""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, Unauthorized, UnknownKind, Unreachable
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.live.objects.deletable import deletable
from dlctl.plan.live.objects.model import Found, LiveObject, Unseen
from dlctl.plan.live.objects.read import list_by_label, read_by_names
from dlctl.plan.live.ownership import (
    Owner,
    is_of_a_run,
    is_run_of_ours,
    owner_of,
    selected,
    was_applied_by_us,
)
from dlctl.plan.model import Scope
from dlctl.plan.parallel import in_parallel


def scan(
    cluster: Cluster,
    scope: Scope,
    threads: int,
    namespaces: Iterable[str] = (),
    skipped: Collection[GroupKind] = (),
    *,
    runs: bool = False,
) -> Found:
    """The objects of the selected components that dlctl applied, without those that controllers created.

    All namespaces are searched if the user has permission, else the scope's and the given ones. Kinds
    that cannot be listed are `unseen`; those that are `skipped` are not asked for. With `runs` those of runs
    are found, too. Raises Unreachable and Unauthorized.
    """
    places = tuple(sorted({scope.namespace, *namespaces} - {""}))
    resources = [each for each in deletable(cluster.resources()) if each.group_kind not in skipped]
    selector = scope.everything if runs else scope.selector
    answers = in_parallel(lambda resource: _labelled(cluster, resource, selector, places), resources, threads)
    of_runs: dict[str, LiveObject] = {}
    by_uid: dict[str, LiveObject] = {}
    for objects, _ in answers:
        for found in objects:
            if not selected(found.body, scope):
                continue
            if is_of_a_run(found.body):
                if is_run_of_ours(found.body, scope):
                    of_runs.setdefault(found.uid, found)
            elif was_applied_by_us(found.body, scope):
                # One object may be served by two groups (Ingress was): compare UIDs.
                by_uid.setdefault(found.uid, found)
    unseen = tuple(each for _, errors in answers for each in errors)
    return Found(
        {found.ref: found for found in by_uid.values()},
        unseen=unseen,
        runs={found.ref: found for found in of_runs.values()},
    )


def with_named(
    cluster: Cluster, scope: Scope, found: Found, refs: Iterable[ObjectRef], threads: int
) -> Found:
    """The same with those of `refs` whose kind could not be listed: one GET for each, else `unreadable`."""
    unlisted = {ref: unseen for ref in refs if (unseen := _unseen(found, ref)) is not None}
    readable = [ref for ref in sorted(unlisted) if isinstance(unlisted[ref].error, Forbidden)]
    ours = dict(found.ours)
    unreadable = {ref: unseen.error for ref, unseen in unlisted.items() if ref not in readable}
    answers = in_parallel(
        lambda ref: read_by_names(cluster, unlisted[ref].resource, (ref,)), readable, threads
    )
    for here, not_here in answers:
        ours |= {ref: live for ref, live in here.items() if _is_ours(live, scope)}
        unreadable |= not_here
    return replace(found, ours=ours, unreadable=unreadable)


def _unseen(found: Found, ref: ObjectRef) -> Unseen | None:
    there = (each for each in found.unseen if each.group_kind == ref.group_kind)
    return next((each for each in there if each.namespace in ("", ref.namespace)), None)


def _is_ours(live: LiveObject, scope: Scope) -> bool:
    body = live.body
    return owner_of(body, scope) is Owner.OURS and was_applied_by_us(body, scope) and selected(body, scope)


def _labelled(
    cluster: Cluster, resource: Resource, selector: str, namespaces: tuple[str, ...]
) -> tuple[tuple[LiveObject, ...], tuple[Unseen, ...]]:
    """The objects of a kind, and where it could not be listed."""
    objects: list[LiveObject] = []
    unseen: list[Unseen] = []
    try:
        for listing in list_by_label(cluster, resource, selector, namespaces, metadata_only=True):
            objects += listing.objects
            if listing.refused:
                unseen.append(Unseen(resource, listing.namespace, listing.refused))
    except (Unreachable, Unauthorized):
        raise
    except UnknownKind:
        return (), ()  # its definition was deleted meanwhile
    except ClusterError as error:
        unseen.append(Unseen(resource, "", error))
    return tuple(objects), tuple(unseen)
