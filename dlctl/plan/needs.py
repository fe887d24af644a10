"""Kinds that components cannot do without, and those that a cluster does not offer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.manifest import GroupKind, Manifest, split_api_version
from dlctl.plan.kinds import ApiKey, Kinds, defined_kind
from dlctl.plan.order import DEFINITION

SHOWN = 3
"""So many components are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Need:
    """A kind that a component needs, whether it renders objects of it or only its pods rely on it.

    `provider` is who provides it, as the subject of a sentence; `hint` is what to do where it is missing.
    """

    api_version: str
    kind: str
    component: str
    provider: str = ""
    hint: str = ""

    @property
    def key(self) -> ApiKey:
        """The kind in that version."""
        return self.api_version, self.kind


@dataclass(frozen=True, slots=True)
class MissingKind:
    """A kind that the cluster does not serve, nor will with the CRDs of the same plan.

    `served` are the other versions of it that the cluster has.
    """

    api_version: str
    kind: str
    components: tuple[str, ...]
    provider: str = ""
    served: tuple[str, ...] = ()
    hint: str = ""

    @property
    def key(self) -> ApiKey:
        """The kind in that version."""
        return self.api_version, self.kind

    def sentence(self, environment: str) -> str:
        """Which kind is missing where, who needs it, and who provides it."""
        others = f" (of this kind it serves {', '.join(self.served)})" if self.served else ""
        provider = f"; {self.provider} provides it" if self.provider else ""
        return (
            f"the cluster of {environment} does not serve {self.api_version} {self.kind}{others}, "
            f"which {_needed_by(self.components)}{provider}"
        )


def missing_kinds(
    cluster: Cluster, manifests: Iterable[Manifest], needs: Iterable[Need], kinds: Kinds
) -> tuple[MissingKind, ...]:
    """One for each kind that a manifest has or a component needs and that is not to be had, by its name.

    A manifest is sent in its own version; a kind that is only relied on may be there in any.
    """
    listed = tuple(manifests)
    users: dict[ApiKey, dict[str, None]] = {}
    known: dict[ApiKey, Need] = {}
    for need in needs:
        users.setdefault(need.key, {})[need.component] = None
        known.setdefault(need.key, need)
    for manifest in listed:
        users.setdefault(manifest.api_key, {})[manifest.component] = None
    absent = sorted(key for key in users if key not in kinds.served and key not in kinds.coming)
    if not absent:
        return ()
    versions = _versions(cluster.resources())
    sent = {manifest.api_key for manifest in listed}
    there = {*versions, *(defined_kind(each) for each in listed if each.ref.group_kind == DEFINITION)}
    return tuple(
        _missing(key, users[key], known.get(key), versions)
        for key in absent
        if key in sent or _group_kind(key) not in there
    )


def _missing(
    key: ApiKey, components: Iterable[str], need: Need | None, versions: Mapping[GroupKind, tuple[str, ...]]
) -> MissingKind:
    api_version, kind = key
    return MissingKind(
        api_version,
        kind,
        tuple(sorted(filter(None, components))),
        provider=need.provider if need else "",
        served=versions.get(_group_kind(key), ()),
        hint=(need.hint if need else "") or "install its CustomResourceDefinition first",
    )


def _versions(resources: Iterable[Resource]) -> dict[GroupKind, tuple[str, ...]]:
    found: dict[GroupKind, tuple[str, ...]] = {}
    for each in resources:
        found[each.group_kind] = (*found.get(each.group_kind, ()), each.api_version)
    return found


def _group_kind(key: ApiKey) -> GroupKind:
    group, _ = split_api_version(key[0])
    return GroupKind(group, key[1])


def _needed_by(components: tuple[str, ...]) -> str:
    if not components:
        return "is needed"
    if len(components) == 1:
        return f"component {components[0]} needs"
    if len(components) > SHOWN:
        return f"components {', '.join(components[:SHOWN])} and {len(components) - SHOWN} more need"
    return f"components {', '.join(components[:-1])} and {components[-1]} need"
