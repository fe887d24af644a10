"""The JSON document of a command: an envelope with a kind's own fields, or only errors.

`docs/reference/output` describes the kinds, with a JSON Schema of each.
"""

from collections.abc import Sequence
from typing import Any

from dlctl import API_VERSION
from dlctl.cli.json_answer import JsonAnswer
from dlctl.cli.output.json_text import json_text
from dlctl.cli.output.streams import data
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError

FAILURE = "Error"
"""The kind of a document without a result, only with errors."""


def write_document(runtime: Runtime, kind: str, *, errors: Sequence[DlctlError] = (), **fields: Any) -> None:
    """Write a result to stdout, with the errors of failed parts.

    Raises the errors of `data`, and RuntimeError if a document was written before.
    """
    write_json(runtime.json, _envelope(kind, fields, errors, runtime.json))


def write_yaml_document(
    runtime: Runtime, kind: str, *, errors: Sequence[DlctlError] = (), **fields: Any
) -> None:
    """Write the same document as YAML. Raises the errors of `write_document`."""
    write_json(runtime.json, _yaml(kind, fields, errors))


def write_failure(answer: JsonAnswer, errors: Sequence[DlctlError]) -> None:
    """Write the document of a command that failed without a result, if JSON or YAML was requested."""
    if answer.wanted and not answer.written:
        write_json(
            answer, _yaml(FAILURE, {}, errors) if answer.yaml else _envelope(FAILURE, {}, errors, answer)
        )


def write_json(answer: JsonAnswer, text: str) -> None:
    """Write the command's JSON or YAML text to stdout; nothing may be written after it."""
    answer.begin()
    data(text)


def _envelope(kind: str, fields: dict[str, Any], errors: Sequence[DlctlError], answer: JsonAnswer) -> str:
    return json_text(_body(kind, fields, errors), indent=None if answer.lines else 2) + "\n"


def _yaml(kind: str, fields: dict[str, Any], errors: Sequence[DlctlError]) -> str:
    from dlctl.yamlio.dump import dump

    return dump(_body(kind, fields, errors))


def _body(kind: str, fields: dict[str, Any], errors: Sequence[DlctlError]) -> dict[str, Any]:
    from dlctl.report import error_report

    body = {"apiVersion": API_VERSION, "kind": kind, **fields}
    return {**body, "errors": [error_report(error) for error in errors]}
