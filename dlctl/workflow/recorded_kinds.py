"""Kinds that components need, compared with cluster.yaml: without a cluster, and only as warnings."""

from dlctl.app.snapshot.load import cluster_file
from dlctl.render.target import Rendering
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
    name = target.environment.name
    return tuple(
        f"component {each.component} needs {each.need}, which is {each.reason} according to "
        f"{cluster_file(name)}; 'dlctl env update {name}' reads the cluster again"
        for each in dict.fromkeys(missing_kinds(needs, target.cluster))
    )
