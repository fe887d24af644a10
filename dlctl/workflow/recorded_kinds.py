"""Kinds that components need, compared with cluster.yaml: without a cluster, and only as warnings."""

from dlctl.app.snapshot.load import cluster_file
from dlctl.plan.requirements import SHOWN
from dlctl.render.rendering import Rendering
from dlctl.text import enumerated
from dlctl.workflow.needs.check import missing_kinds
from dlctl.workflow.needs.collect import needed_kinds
from dlctl.workflow.requirements import kind_requirements


def recorded_kind_warnings(rendering: Rendering) -> tuple[str, ...]:
    """A warning for each needed kind that the environment's cluster.yaml does not have; none without it.

    Raises RenderError for an invalid condition of a requirement.
    """
    target = rendering.target
    if not target.cluster.known:
        return ()
    needs = needed_kinds(rendering.manifests, kind_requirements(rendering))
    users: dict[tuple[str, str], dict[str, None]] = {}
    for each in missing_kinds(needs, target.cluster):
        users.setdefault((each.need, each.reason), {})[each.component] = None
    name = target.environment.name
    return tuple(
        f"{_need(tuple(components))} {need}; according to {cluster_file(name)} it is {reason}; "
        f"'dlctl env update {name}' reads the cluster again"
        for (need, reason), components in users.items()
    )


def _need(components: tuple[str, ...]) -> str:
    if len(components) == 1:
        return f"component {components[0]} needs"
    return f"components {enumerated(components, limit=SHOWN)} need"
