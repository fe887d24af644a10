"""`node check -o json`: every target in `clusters`, components in `items`, the ranking of clusters."""

from collections.abc import Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.views.nodes.json import read_json
from dlctl.cli.output.views.unread import unread
from dlctl.cli.runtime import Runtime
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.report import GroupFit, Reason, Verdict
from dlctl.report import location_report
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.fit.kinds import ranked
from dlctl.workflow.fit.node_check import ClusterFit, ComponentFit
from dlctl.workflow.fit.origins import AskedBy, Origins, field_of

Json = dict[str, Any]
Checked = Sequence[tuple[ClusterRead[ClusterFit], Origins]]
WORDS = {Verdict.FITS: "fits", Verdict.WAITS: "waits", Verdict.NEVER: "never", Verdict.UNKNOWN: "unknown"}


def write_fits(runtime: Runtime, checked: Checked) -> None:
    """Write the one document."""
    fits = [(read.target, read.result) for read, _ in checked if read.result is not None]
    items = [
        _component(read.target, part, origins)
        for read, origins in checked
        if read.result is not None
        for part in read.result.components
    ]
    write_document(
        runtime,
        "FitList",
        clusters=[_cluster(read) for read, _ in checked],
        ranking=[name for name, _ in ranked(fits)],
        items=items,
        errors=unread([(read.target, read.error) for read, _ in checked]),
    )


def _cluster(read: ClusterRead[ClusterFit]) -> Json:
    notes = (*(read.reached.notes if read.reached else ()), *(read.result.notes if read.result else ()))
    verdict = WORDS[read.result.verdict] if read.result else None
    known = {key: value for key, value in read_json(read).items() if key != "sameAs"}
    return {**known, "verdict": verdict, "notes": list(notes)}


def _component(cluster: str, part: ComponentFit, origins: Origins) -> Json:
    return {
        "cluster": cluster,
        "component": part.component or None,
        "verdict": WORDS[part.verdict],
        "groups": [_group(group, origins) for group in part.groups],
        "unchecked": [{"object": each.name, "reason": each.why} for each in part.unchecked],
        "requirements": [
            {"requirement": each.text, "nodes": each.nodes, "provider": each.hint or None}
            for each in part.requirements
        ],
    }


def _group(group: GroupFit, origins: Origins) -> Json:
    request = group.request
    return {
        "kind": request.kind,
        "namespace": request.namespace,
        "name": request.name,
        "role": request.role or None,
        "path": request.path,
        "verdict": WORDS[group.verdict],
        "pods": group.wanted,
        "placed": group.placed,
        "minimum": request.minimum or None,
        "asks": group.asks,
        "suitableNodes": group.suitable,
        "nodes": [{"name": name, "pods": pods} for name, pods in group.on],
        "left": [
            {
                "resource": each.resource,
                "total": written(each.resource, each.total),
                "largest": written(each.resource, each.largest),
            }
            for each in group.left
        ],
        "reasons": [_reason(group, reason, origins) for reason in group.reasons],
        "holders": [
            {
                "name": each.name,
                "resource": each.resource,
                "amount": written(each.resource, each.amount),
                "nodes": each.nodes,
            }
            for each in group.holders
        ],
        "preemption": group.preemption or None,
        "notes": list(group.notes),
    }


def _reason(group: GroupFit, reason: Reason, origins: Origins) -> Json:
    return {
        "constraint": reason.constraint.value,
        "message": reason.message,
        "lasting": reason.lasting.value,
        "nodes": reason.nodes,
        "resource": reason.resource or None,
        "field": reason.field or None,
        "askedBy": [_asked_by(each) for each in origins.get(field_of(group, reason), ())],
    }


def _asked_by(each: AskedBy) -> Json:
    return {
        "parameter": each.param or None,
        "value": each.value,
        "layer": each.layer or None,
        "location": location_report(each.location),
    }
