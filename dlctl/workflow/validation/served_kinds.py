"""Which kinds a cluster serves, as far as it is known offline."""

from collections.abc import Iterable, Iterator

from dlctl.cluster.protocol import Resource
from dlctl.kinds import KINDS, NAMESPACE
from dlctl.manifest import ApiKey, Manifest, group_kind_of, split_api_version
from dlctl.plan.live.kinds import Kinds, defined_by
from dlctl.plan.live.missing_requirements import missing_requirements
from dlctl.plan.requirements import KindRequirement, MissingRequirement
from dlctl.schemas.catalogue import SchemaCatalogue
from dlctl.workflow.validation.known_cluster import KnownCluster

_BUILT_IN_GROUPS = frozenset(kind.group for kind, known in KINDS.items() if known.built_in)
_KIND_IN_GROUP = frozenset((kind.group, kind.kind) for kind in KINDS)


class ServedKinds:
    """The kinds of a cluster: by its list of kinds, else its schemas, else the table of built-in kinds."""

    def __init__(self, known: KnownCluster, catalogue: SchemaCatalogue) -> None:
        self._known = known
        self._catalogue = catalogue
        self.unknown: set[ApiKey] = set()
        self.not_served: set[ApiKey] = set()

    def missing(
        self, manifests: Iterable[Manifest], requirements: Iterable[KindRequirement]
    ) -> tuple[MissingRequirement, ...]:
        """The kinds that are needed and not served, which are kept in `not_served`.

        Those of which it is not known are kept in `unknown`.
        """
        listed, required = tuple(manifests), tuple(requirements)
        keys = {*(manifest.api_key for manifest in listed), *(entry.key for entry in required)}
        defined = {
            resource.api_key: resource
            for manifest in listed
            if manifest.ref.kind == "CustomResourceDefinition"
            for resource in defined_by(manifest)
        }
        served = {key: _resource(key) for key in keys - defined.keys() if self._may_be_served(key)}
        found = missing_requirements(self._resources, listed, required, Kinds(served, defined, {}))
        self.not_served.update(entry.key for entry in found)
        return found

    def _may_be_served(self, key: ApiKey) -> bool:
        if self._known.kinds is not None:
            return key in self._known.kinds
        found = self._catalogue.serves(key)
        if found is not None:
            return found
        kind = group_kind_of(key)
        if kind.group in _BUILT_IN_GROUPS and (kind.group, kind.kind) not in _KIND_IN_GROUP:
            return False
        if kind not in KINDS or not KINDS[kind].built_in:
            self.unknown.add(key)
        return True

    def _resources(self) -> Iterator[Resource]:
        keys = self._catalogue.kinds() if self._known.kinds is None else self._known.kinds
        yield from (_resource(key) for key in sorted(keys))


def _resource(key: ApiKey) -> Resource:
    """A kind as a resource; its name in URLs and its scope do not matter here."""
    group, version = split_api_version(key[0])
    return Resource(group, version, key[1], "", namespaced=key[1] != NAMESPACE.kind)
