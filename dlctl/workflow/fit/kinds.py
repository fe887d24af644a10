"""Kinds of checked objects that a cluster does not serve: their pods cannot start now."""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.errors import UnknownKind
from dlctl.kinds import is_definition, read_definition
from dlctl.manifest import ApiKey, Manifest
from dlctl.nodes.fit.model import Constraint, Lasting
from dlctl.nodes.fit.report import SEVERITY, GroupFit, Reason, Verdict, worst
from dlctl.workflow.fit.node_check import ClusterFit, ComponentFit

Unserved = dict[tuple[str, str, str, str], ApiKey]
"""Component, kind, namespace and name of objects, with what is not served."""


def with_unserved_kinds(fit: ClusterFit, cluster: Cluster, manifests: Iterable[Manifest]) -> ClusterFit:
    """The verdicts, of which those on objects of kinds that are not served wait at best.

    A kind whose CRD is among the objects counts as served. Raises ClusterError where kinds cannot be read.
    """
    every = tuple(manifests)
    defined = {read_definition(each.body).group_kind for each in every if is_definition(each.body)}
    checked = {part.component: part for part in fit.components}
    asked = [each for each in every if each.component in checked and each.ref.group_kind not in defined]
    missing = {key for key in dict.fromkeys(each.api_key for each in asked) if not _served(cluster, key)}
    unserved: Unserved = {
        (each.component, each.ref.kind, each.ref.namespace, each.ref.name): each.api_key
        for each in asked
        if each.api_key in missing
    }
    return replace(fit, components=tuple(_component(part, unserved) for part in fit.components))


def _served(cluster: Cluster, key: ApiKey) -> bool:
    try:
        cluster.resource(*key)
    except UnknownKind:
        return False
    return True


def _component(part: ComponentFit, unserved: Unserved) -> ComponentFit:
    return replace(part, groups=tuple(_group(group, unserved) for group in part.groups))


def _group(group: GroupFit, unserved: Unserved) -> GroupFit:
    request = group.request
    key = unserved.get((request.component, request.kind, request.namespace, request.name))
    if key is None:
        return group
    message = f"the cluster does not serve {key[1]} ({key[0]}): its CRD is not installed"
    reason = Reason(Constraint.KIND, message, lasting=Lasting.CHANGES)
    verdict = worst([group.verdict, Verdict.WAITS])
    return replace(group, verdict=verdict, reasons=(reason, *group.reasons), on=())


def serves_all(fit: ClusterFit) -> bool:
    """Whether the cluster serves the kinds of all checked objects."""
    groups = (group for part in fit.components for group in part.groups)
    return not any(each.constraint is Constraint.KIND for group in groups for each in group.reasons)


def can_start(fit: ClusterFit) -> bool:
    """Whether the pods can start on the cluster, now or once others have ended."""
    return fit.verdict is not Verdict.NEVER and serves_all(fit)


def ranked(fits: Iterable[tuple[str, ClusterFit]]) -> tuple[tuple[str, ClusterFit], ...]:
    """Clusters by where the pods can start first.

    By verdict, then those that serve all kinds, then by the part that has a place now; where the pods can
    start at all comes before where they cannot.
    """
    return tuple(sorted(fits, key=lambda each: _rank(each[1])))


def _rank(fit: ClusterFit) -> tuple[bool, int, float]:
    groups = [group for part in fit.components for group in part.groups]
    part = sum(group.placed for group in groups) / max(1, sum(group.wanted for group in groups))
    return not can_start(fit), SEVERITY.index(fit.verdict), -part
