"""The REST resources of the manifests' kinds, served now or defined in the plan."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, UnknownKind
from dlctl.kinds import DEFINITION, read_definition
from dlctl.manifest import ApiKey, Manifest
from dlctl.plan.parallel import in_parallel


class Kinds(Struct, frozen=True):
    """Kinds `served` by the cluster, and `defined_in_plan` by its CRDs, by apiVersion and kind.

    `present`: for kinds defined in the plan, the resource that the cluster already serves in another version.
    `unavailable`: kinds of an API whose server does not answer, with the reason.
    """

    served: Mapping[ApiKey, Resource]
    defined_in_plan: Mapping[ApiKey, Resource]
    present: Mapping[ApiKey, Resource]
    unavailable: Mapping[ApiKey, ClusterError] = field(default_factory=dict)

    def resource(self, manifest: Manifest) -> Resource | None:
        """The resource of a manifest's object on the cluster now, maybe in another version."""
        return self.served.get(manifest.api_key) or self.present.get(manifest.api_key)


def find_kinds(
    cluster: Cluster, manifests: Iterable[Manifest], threads: int, needed: Iterable[ApiKey] = ()
) -> Kinds:
    """Look up every kind of the manifests, and other required kinds, once."""
    listed = tuple(manifests)
    keys = sorted({manifest.api_key for manifest in listed}.union(needed))
    found = in_parallel(lambda key: _resource(cluster, key), keys, threads)
    pairs = list(zip(keys, found, strict=True))
    served = {key: resource for key, resource in pairs if isinstance(resource, Resource)}
    unavailable = {key: error for key, error in pairs if isinstance(error, ClusterError)}
    defined_in_plan = {
        resource.api_key: resource
        for manifest in listed
        if manifest.ref.group_kind == DEFINITION
        for resource in defined_by(manifest)
    }
    defined_in_plan = {
        key: defined_in_plan[key] for key in keys if key in defined_in_plan and key not in served
    }
    return Kinds(served, defined_in_plan, _present(cluster, defined_in_plan), unavailable)


def _present(cluster: Cluster, defined_in_plan: Mapping[ApiKey, Resource]) -> Mapping[ApiKey, Resource]:
    if not defined_in_plan:
        return {}
    known = {resource.group_kind: resource for resource in cluster.resources()}
    found = {key: known.get(resource.group_kind) for key, resource in defined_in_plan.items()}
    return {key: resource for key, resource in found.items() if resource is not None}


def _resource(cluster: Cluster, key: ApiKey) -> Resource | ClusterError | None:
    try:
        return cluster.resource(*key)
    except UnknownKind:
        return None
    except KindUnavailable as error:
        return error


def defined_by(definition: Manifest) -> tuple[Resource, ...]:
    """The resources that a CustomResourceDefinition adds, one for each served version."""
    defined = read_definition(definition.body)
    return tuple(
        Resource(
            defined.group_kind.group, version, defined.group_kind.kind, defined.plural, defined.namespaced
        )
        for version in defined.versions
    )
