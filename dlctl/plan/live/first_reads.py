"""What a plan reads first: nothing of it depends on the rest, so that it takes one round trip."""

from msgspec import Struct

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.protocol import Cluster
from dlctl.events import Progress
from dlctl.manifest import Manifest
from dlctl.plan.applyset import Parent
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.namespaces import Namespaces, find_namespaces
from dlctl.plan.live.objects.listed import Listed, list_ours
from dlctl.plan.live.objects.lookup import wanted_by
from dlctl.plan.live.parent import earlier_parents, read_parent
from dlctl.plan.model import Scope
from dlctl.plan.parallel import both

READING = Progress("reading live objects")


class FirstReads(Struct, frozen=True):
    """The parents of a target, its own one first; the namespaces of its objects; those that are listed."""

    parents: tuple[Parent, ...]
    namespaces: Namespaces
    listed: Listed


def read_first(cluster: Cluster, scope: Scope, manifests: tuple[Manifest, ...], threads: int) -> FirstReads:
    """Ask for all of it at once. Raises ClusterError."""
    return with_fresh_kinds(lambda: _read(cluster, scope, manifests, threads))


def _read(cluster: Cluster, scope: Scope, manifests: tuple[Manifest, ...], threads: int) -> FirstReads:
    names = {manifest.ref.namespace for manifest in manifests} - {""}
    kinds = find_kinds(cluster, manifests, threads)
    placed = ((kinds.resource(manifest), manifest.ref) for manifest in manifests)
    wanted = wanted_by((resource, ref) for resource, ref in placed if resource is not None)
    (parents, namespaces), listed = both(
        lambda: both(
            lambda: (read_parent(cluster, scope), *earlier_parents(cluster, scope)),
            lambda: find_namespaces(cluster, names, threads),
            threads,
        ),
        lambda: list_ours(cluster, wanted, scope.selector, threads, {scope.namespace}),
        threads,
    )
    return FirstReads(parents, namespaces, listed)
