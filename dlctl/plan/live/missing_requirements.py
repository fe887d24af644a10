"""Find the required kinds that a cluster does not serve."""

from collections.abc import Callable, Collection, Iterable, Mapping

from dlctl.cluster.protocol import Resource
from dlctl.kinds import DEFINITION, read_definition
from dlctl.manifest import ApiKey, GroupKind, Manifest, group_kind_of
from dlctl.plan.live.kinds import Kinds
from dlctl.plan.requirements import KindRequirement, MissingRequirement


def missing_requirements(
    resources: Callable[[], Iterable[Resource]],
    manifests: Iterable[Manifest],
    requirements: Iterable[KindRequirement],
    kinds: Kinds,
) -> tuple[MissingRequirement, ...]:
    """One entry for each missing kind that a manifest has or a component requires, sorted by name.

    A manifest needs its exact version; for a kind that is only required, any version is enough. `resources`
    returns all that the cluster serves; it is called if something is missing.
    """
    listed = tuple(manifests)
    users: dict[ApiKey, dict[str, None]] = {}
    known: dict[ApiKey, KindRequirement] = {}
    for requirement in requirements:
        users.setdefault(requirement.key, {})[requirement.component] = None
        known.setdefault(requirement.key, requirement)
    for manifest in listed:
        users.setdefault(manifest.api_key, {})[manifest.component] = None
    known_kinds = {*kinds.served, *kinds.defined_in_plan, *kinds.unavailable}
    absent = sorted(key for key in users if key not in known_kinds)
    if not absent:
        return ()
    versions = _versions(resources())
    served = {(version, each.kind) for each, names in versions.items() for version in names}
    sent = {manifest.api_key for manifest in listed}
    definitions = [each.body for each in listed if each.ref.group_kind == DEFINITION]
    offered = served | kinds.defined_in_plan.keys()
    there = {*versions, *(read_definition(body).group_kind for body in definitions)}
    return tuple(
        _missing(key, users[key], known.get(key), versions, offered, _patch(listed, key))
        for key in absent
        if key in sent or group_kind_of(key) not in there
    )


def _missing(
    key: ApiKey,
    components: Iterable[str],
    requirement: KindRequirement | None,
    versions: Mapping[GroupKind, tuple[str, ...]],
    there: Collection[ApiKey],
    patch: str,
) -> MissingRequirement:
    api_version, kind = key
    hint = (requirement.hint if requirement else "") or "install its CustomResourceDefinition first"
    instead = _instead(requirement, there) if requirement else ""
    return MissingRequirement(
        api_version,
        kind,
        tuple(sorted(filter(None, components))),
        provider=requirement.provider if requirement else "",
        served=versions.get(group_kind_of(key), ()),
        hint=patch + (f"{instead}; or {hint}" if instead else hint),
    )


def _patch(manifests: Iterable[Manifest], key: ApiKey) -> str:
    """The patch that sets the version of the first object of a kind, as the start of a hint; else empty."""
    patched = next((each for each in manifests if each.api_key == key and each.patches), None)
    if patched is None:
        return ""
    from dlctl.render.patched_fields import patch_of

    place = patch_of(patched, ("apiVersion",))
    return f"the patch at {place} sets apiVersion; " if place is not None else ""


def _instead(requirement: KindRequirement, there: Collection[ApiKey]) -> str:
    """Another setting with which the component needs only what the cluster has; empty if there is none."""
    for each in requirement.alternatives():
        if all(key in there for key in each.kinds):
            kinds = " and ".join(f"{version} {kind}" for version, kind in each.kinds)
            uses = f"uses {kinds}, which the cluster serves" if kinds else "does not need it"
            return f"with '{each.param}: {each.value}' component {requirement.component} {uses}"
    return ""


def _versions(resources: Iterable[Resource]) -> dict[GroupKind, tuple[str, ...]]:
    found: dict[GroupKind, tuple[str, ...]] = {}
    for each in resources:
        found[each.group_kind] = (*found.get(each.group_kind, ()), each.api_version)
    return found
