"""List a target's objects by its labels, one LIST for each kind."""

from collections.abc import Iterable, Mapping, Set

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.manifest import ObjectRef
from dlctl.plan.live.objects.model import LiveObject, Unseen
from dlctl.plan.live.objects.read import Listing, list_by_label
from dlctl.plan.parallel import in_parallel

Wanted = Mapping[Resource, frozenset[ObjectRef]]
"""The objects of the manifests, by resource; a resource without any is only listed."""


class Listed(Struct, frozen=True):
    """The objects with a target's labels, of the kinds that were listed.

    `places` has the namespaces of each kind that the user may not list over all of them. `unseen` could not
    be listed.
    """

    ours: Mapping[ObjectRef, LiveObject] = field(default_factory=dict)
    kinds: frozenset[Resource] = frozenset()
    places: Mapping[Resource, frozenset[str]] = field(default_factory=dict)
    unseen: tuple[Unseen, ...] = ()

    def lacks(self, resource: Resource, namespaces: Set[str]) -> bool:
        """Whether a kind is still to be listed, at least in some of these namespaces."""
        if resource not in self.kinds:
            return True
        return resource in self.places and not namespaces <= self.places[resource]

    def joined(self, later: "Listed") -> "Listed":
        """Both; what was listed later replaces what was known of the same kinds."""
        earlier = replace(
            self,
            ours={ref: live for ref, live in self.ours.items() if live.resource not in later.kinds},
            unseen=tuple(each for each in self.unseen if each.resource not in later.kinds),
        )
        return Listed(
            {**earlier.ours, **later.ours},
            self.kinds | later.kinds,
            {**self.places, **later.places},
            (*earlier.unseen, *later.unseen),
        )


def list_ours(
    cluster: Cluster, wanted: Wanted, selector: str, threads: int, namespaces: Set[str] = frozenset()
) -> Listed:
    """List each kind over all namespaces.

    Where that is forbidden, a kind is listed in the namespaces of its wanted objects and in `namespaces`.
    Raises UnknownKind if the cluster no longer serves a kind.
    """

    def ask(resource: Resource) -> list[Listing]:
        places = tuple(sorted(_places(wanted[resource], namespaces)))
        return list(list_by_label(cluster, resource, selector, places))

    resources = by_name(wanted)
    ours: dict[ObjectRef, LiveObject] = {}
    places: dict[Resource, frozenset[str]] = {}
    unseen: list[Unseen] = []
    for resource, listings in zip(resources, in_parallel(ask, resources, threads), strict=True):
        for listing in listings:
            ours.update((found.ref, found) for found in listing.objects)
            if listing.refused:
                unseen.append(Unseen(resource, listing.namespace, listing.refused))
        if all(listing.namespace for listing in listings):  # not over all of them
            places[resource] = _places(wanted[resource], namespaces)
    return Listed(ours, frozenset(resources), places, tuple(unseen))


def with_rest(
    cluster: Cluster, listed: Listed, wanted: Wanted, selector: str, threads: int, namespaces: Set[str]
) -> Listed:
    """The same with the kinds that were not listed yet, or not in these namespaces."""
    rest = {
        resource: refs
        for resource, refs in wanted.items()
        if listed.lacks(resource, _places(refs, namespaces))
    }
    return listed.joined(list_ours(cluster, rest, selector, threads, namespaces)) if rest else listed


def by_name(resources: Iterable[Resource]) -> list[Resource]:
    """The resources in a stable order."""
    return sorted(resources, key=lambda resource: (resource.group, resource.kind, resource.version))


def _places(refs: Iterable[ObjectRef], namespaces: Set[str]) -> frozenset[str]:
    return frozenset({*(ref.namespace for ref in refs), *namespaces} - {""})
