"""Findings as annotations of GitHub Actions (its documentation, "Workflow commands for GitHub Actions")."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dlctl.cli.output.streams import data
from dlctl.cli.output.views.validation import param_text, subject
from dlctl.errors import Location
from dlctl.workflow.validation.model import Finding, Validation

Shown = Callable[[str], str | None]
"""The path of a file from the repository's root; None for a file that is not in it."""


def print_annotations(results: Sequence[Validation], shown: Shown) -> None:
    """One workflow command for each finding, and a notice for each thing that was not checked."""
    lines = (line for result in results for line in _lines(result, shown))
    data("".join(f"{line}\n" for line in lines))


def path_in_repository(root: Path, workspace: Path) -> Shown:
    """How paths below an app's root are seen from the folder of the repository."""

    def shown(path: str) -> str | None:
        file = root / path
        if not file.is_file():
            return None
        return file.relative_to(workspace).as_posix() if file.is_relative_to(workspace) else path

    return shown


def _lines(result: Validation, shown: Shown) -> Iterator[str]:
    for finding in result.findings:
        yield _annotation(result.environment, finding, shown)
    for line in result.not_checked:
        title = _property(f"dlctl validate {result.environment}")
        yield f"::notice title={title}::{_text(f'not checked: {line}')}"


def _annotation(environment: str, finding: Finding, shown: Shown) -> str:
    places = [finding.location, *(param.location for param in finding.params), finding.declared_at]
    found = next(((place, path) for place in places if place and (path := shown(place.path))), None)
    properties = _place(*found) if found else {}
    properties["title"] = f"dlctl validate {environment}"
    stated = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{finding.level.value} {stated}::{_text(_message(environment, finding))}"


def _place(place: Location, path: str) -> dict[str, str]:
    stated = {"file": path, "line": str(place.line or 1)}
    return {**stated, "col": str(place.column)} if place.column else stated


def _message(environment: str, finding: Finding) -> str:
    lines = [f"{subject(environment, finding)}: {finding.message}"]
    lines += [finding.hint] if finding.hint else []
    lines += [f"template: {finding.location}"] if finding.location else []
    return "\n".join([*lines, *(param_text(param) for param in finding.params)])


def _text(text: str) -> str:
    """A message: the runner undoes this (actions/toolkit, core/src/command.ts: escapeData)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value (escapeProperty)."""
    return _text(text).replace(":", "%3A").replace(",", "%2C")
