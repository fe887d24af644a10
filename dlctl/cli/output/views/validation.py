"""Print what `validate` found: as text, as JSON, or as annotations of GitHub Actions."""

from collections.abc import Iterator, Sequence
from typing import Any

from dlctl.cli.output.streams import data, log
from dlctl.plan.view.text import title
from dlctl.report import location_report
from dlctl.schemas.model import Level, field_text
from dlctl.text import counted
from dlctl.workflow.validation.model import Finding, FindingParam, Validation


def print_findings(results: Sequence[Validation]) -> None:
    """One line for each finding, with its place first, and one for each of its parameters."""
    lines = (line for result in results for finding in result.findings for line in _lines(result, finding))
    data("".join(f"{line}\n" for line in lines))


def log_summary(results: Sequence[Validation]) -> None:
    """Write to stderr what was not checked, and how many problems there are."""
    for result in results:
        for line in result.not_checked:
            log(f"{result.environment}: not checked: {line}")
        log(f"{result.environment}: {_counts(result)}")


def _counts(result: Validation) -> str:
    errors, warnings = result.count(Level.ERROR), result.count(Level.WARNING)
    more = f", {counted(warnings, 'warning')}" if warnings else ""
    version = f", Kubernetes {result.version}" if result.version else ""
    text = f"{counted(errors, 'error')}{more} in {counted(result.objects, 'object')}{version}"
    bare = result.without_schema
    return f"{text}; the fields of {counted(bare, 'object')} were not checked" if bare else text


def subject(environment: str, finding: Finding) -> str:
    """What a finding is about: `dev: Deployment.apps/web (namespace ml)`."""
    if finding.ref is not None:
        return f"{environment}: {title(finding.ref)}"
    return f"{environment}: component {finding.component}" if finding.component else environment


def param_text(param: FindingParam) -> str:
    """Where the value of a parameter was set: `parameter replicas, from environment dev (FILE:2:3)`."""
    place = f" ({param.location})" if param.location else ""
    return f"parameter {param.name}, from {param.layer}{place}"


def _lines(result: Validation, finding: Finding) -> Iterator[str]:
    place = f"{finding.location}: " if finding.location else ""
    hint = f" ({finding.hint})" if finding.hint else ""
    yield f"{place}{finding.level.value}: {subject(result.environment, finding)}: {finding.message}{hint}"
    yield from (f"  {param_text(param)}" for param in finding.params)


def validation_report(result: Validation) -> dict[str, Any]:
    """The outcome of an environment as an item of a `ValidationList`."""
    return {
        "environment": result.environment,
        "version": result.version or None,
        "valid": result.valid,
        "objects": result.objects,
        "objectsWithoutSchema": result.without_schema,
        "counts": {"errors": result.count(Level.ERROR), "warnings": result.count(Level.WARNING)},
        "findings": [_finding_report(finding) for finding in result.findings],
        "notChecked": list(result.not_checked),
    }


def _finding_report(finding: Finding) -> dict[str, Any]:
    ref = finding.ref
    return {
        "level": finding.level.value,
        "code": finding.code,
        "message": finding.message,
        "component": finding.component or None,
        "object": None
        if ref is None
        else {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name},
        "field": field_text(finding.path) or None,
        "location": location_report(finding.location),
        "hint": finding.hint,
        "params": [
            {"name": each.name, "origin": {"layer": each.layer, "location": location_report(each.location)}}
            for each in finding.params
        ],
    }
