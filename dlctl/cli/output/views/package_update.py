"""Print what an update of packages changes."""

from collections.abc import Iterator
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data
from dlctl.cli.output.views.diff_view import print_diff
from dlctl.cli.runtime import Runtime
from dlctl.report import error_report
from dlctl.text import enumerated
from dlctl.workflow.packages.report import ComponentChange, ObjectChange, Report


def print_report(report: Report) -> None:
    """Versions, changed parameters, and a diff of each object that differs."""
    updated = [(old, new) for old, new in report.changed if old and old.version != new.version]
    data("".join(f"{new.name}: {old.version} → {new.version}\n" for old, new in updated))
    data("".join(f"{line}\n" for line in _params(report)))
    for failure in report.failures:
        data(f"{failure.subject}: BREAKS: {failure.error}\n")
    for change in report.objects:
        print_diff(_diff(change))
    if updated and not (report.params or report.objects or report.failures):
        data("no component changes\n")


def _params(report: Report) -> Iterator[str]:
    for each in report.params:
        where = f"; set in {enumerated(each.set_in)}" if each.set_in else "; not set"
        yield f"component {each.component}: {'BREAKS: ' if each.breaking else ''}{each.change.text}{where}"


def _diff(change: ObjectChange) -> str:
    heading = f"--- {change.environment}: {change.object}, component {change.component}\n"
    return f"{heading}+++ would be {change.action}\n{change.diff}"


def write_report(runtime: Runtime, report: Report) -> None:
    """The report as JSON."""
    write_document(
        runtime,
        "PackageUpdate",
        packages=[
            {
                "name": new.name,
                "before": old.version if old else None,
                "after": new.version,
                "commit": new.commit or None,
                "manifest": new.manifest or None,
                "digest": new.digest,
            }
            for old, new in report.changed
        ],
        params=[_param_json(each) for each in report.params],
        objects=[
            {
                "environment": each.environment,
                "component": each.component,
                "object": each.object,
                "action": each.action,
                "diff": each.diff,
            }
            for each in report.objects
        ],
        failures=[
            {
                "environment": each.environment or None,
                "component": each.component or None,
                "error": error_report(each.error),
            }
            for each in report.failures
        ],
        breaking=list(report.breaking),
    )


def _param_json(each: ComponentChange) -> dict[str, Any]:
    return {
        "component": each.component,
        "name": each.change.names[0],
        "change": each.change.kind.value,
        "before": each.change.before or None,
        "after": each.change.after or None,
        "setIn": list(each.set_in),
        "breaking": each.breaking,
    }
