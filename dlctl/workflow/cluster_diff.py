"""`cluster diff`: two clusters compared, and what of the app's components would not work on the other one."""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.app.cluster_snapshot import ClusterSnapshot
from dlctl.app.snapshot.compare import Difference, differences, not_compared
from dlctl.manifest import group_kind_of
from dlctl.nodes.inventory.hardware import PLAIN
from dlctl.plan.requirements import KindRequirement
from dlctl.redact import Redactor
from dlctl.render.rendering import Rendering
from dlctl.workflow.needs.check import problems
from dlctl.workflow.needs.collect import needs_of
from dlctl.workflow.needs.model import Needs, Problem
from dlctl.workflow.render import redactor_of
from dlctl.workflow.requirements import kind_requirements


class ClusterDiff(Struct, frozen=True):
    """How two clusters differ, and what of one's components would not work on the other one.

    `unread` names what could not be read on one side, and is therefore not compared. `notes` say which
    objects' needs are not checked.
    """

    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything was found."""
        return bool(self.differences or self.problems)


class RenderedNeeds(Struct, frozen=True):
    """What rendered components need, in clear to be compared, and what masks the secrets in messages."""

    needs: Needs = field(default_factory=Needs)
    redactor: Redactor = field(default_factory=Redactor)

    @property
    def notes(self) -> tuple[str, ...]:
        """Which objects are not checked, without secrets."""
        return tuple(map(self.redactor.mask_text, self.needs.notes))


def needs_of_rendering(rendering: Rendering) -> RenderedNeeds:
    """What rendered components need of their cluster. Raises RenderError for an invalid condition."""
    requirements: tuple[KindRequirement, ...] = kind_requirements(rendering)
    needs = needs_of(rendering.manifests, requirements, rendering.target.environment.namespace)
    return RenderedNeeds(needs, redactor_of(rendering))


def compare_clusters(
    left: ClusterSnapshot,
    right: ClusterSnapshot,
    *,
    rendered: RenderedNeeds,
    other: ClusterSnapshot,
    only_needs: bool,
) -> ClusterDiff:
    """Compare two clusters; what is needed is checked against `other`, which is one of the two.

    Secrets in problems are masked. With `only_needs` differences that they do not depend on are left out.
    """
    needs = rendered.needs
    found = differences(left, right)
    if only_needs:
        found = tuple(each for each in found if _concerns(needs, each))
    missing = tuple(_masked(each, rendered.redactor) for each in problems(needs, other, needs.label_keys))
    return ClusterDiff(found, missing, not_compared(left, right), rendered.notes)


def _masked(problem: Problem, redactor: Redactor) -> Problem:
    need, reason = redactor.mask_text(problem.need), redactor.mask_text(problem.reason)
    return replace(problem, need=need, reason=reason)


def _concerns(needs: Needs, difference: Difference) -> bool:
    """Whether a difference is of something that is needed."""
    if difference.section == "nodes":
        return any(bool(pod.placement.devices) != difference.name.startswith(PLAIN) for pod in needs.pods)
    return difference.name in _names(needs, difference)


def _names(needs: Needs, difference: Difference) -> frozenset[str]:
    kinds = {group_kind_of(need.key) for need in needs.kinds}
    if difference.section == "kinds":
        return frozenset(map(str, kinds))
    if difference.section == "webhooks":
        groups = {kind.group for kind in kinds}
        seen = f"{difference.left} {difference.right}"
        return frozenset({difference.name} if any(f".{group} " in seen for group in groups if group) else ())
    return frozenset(_named(needs, difference))


def _named(needs: Needs, difference: Difference) -> Iterator[str]:
    for need in needs.objects:
        if need.kind.kind == difference.kind:
            yield need.name or difference.name
