"""Write planned labels of nodes, to the clusters that environments are pinned to and to no other."""

from collections.abc import Sequence

from dlctl.deploy.node_labels import LabelReport, write_labels
from dlctl.deploy.options import DeployOptions
from dlctl.errors import FileError, Location, PlanError, joined
from dlctl.events import Emit, no_events
from dlctl.nodes.labelling.detected import DetectedHosts
from dlctl.plan.identity import check_identity
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.node_label import LabelPlan

Reads = Sequence[ClusterRead[LabelPlan]]


def identity_warnings(reads: Reads, *, override: bool) -> tuple[str, ...]:
    """Warnings about the clusters that would be written to.

    Raises one PlanError for all that are not the ones that their environments are pinned to.
    """
    warnings: list[str] = []
    errors: list[PlanError] = []
    for each in reads:
        if each.reached is None:
            continue
        target, identity = each.reached.target, each.reached.identity
        try:
            warnings += check_identity(
                target.name,
                target.cluster_id,
                identity,
                writing=True,
                override=override,
                sandbox=target.sandbox,
            )
        except PlanError as error:
            errors.append(error)
    if errors:
        raise joined(errors, PlanError, f"{len(errors)} environments cannot be written to")
    return tuple(warnings)


def check_hosts(hosts: DetectedHosts, reads: Reads) -> tuple[str, ...]:
    """Warnings about hosts whose node may be on a cluster that could not be read.

    Raises FileError for a host whose node is on no cluster, PlanError for one that is on several.
    """
    read = [each for each in reads if each.result is not None]
    all_read = len(read) == len([each for each in reads if not each.same_as])
    warnings = []
    for node, file in hosts.files.items():
        found = [each.target for each in read if each.result and node in each.result.names]
        if len(found) > 1:
            raise PlanError(
                f"node '{node}' is on {len(found)} clusters: {', '.join(found)}",
                location=Location(file),
                hint="name one environment",
            )
        if not found and all_read:
            raise FileError(f"no node '{node}' was found", location=Location(file), hint=_HINT)
        if not found:
            warnings.append(f"{file}: no node '{node}' was found on the clusters that could be read")
    return tuple(warnings)


_HINT = "'dlctl node list ENV --all-nodes' lists the nodes"


def write_plan(
    read: ClusterRead[LabelPlan], options: DeployOptions, *, dry_run: bool, emit: Emit = no_events
) -> LabelReport:
    """Write the plan of one cluster that was read."""
    assert read.reached is not None
    assert read.result is not None
    plan = read.result
    return write_labels(read.reached.cluster, plan.nodes, plan.replan, options, dry_run=dry_run, emit=emit)
