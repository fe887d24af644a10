"""The one JSON document of an invocation: an envelope around a kind's own fields, or around errors alone.

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
from dlctl.report import error_report

FAILURE = "Error"
"""The kind of a document that holds no result, only errors."""


def write_document(runtime: Runtime, kind: str, *, errors: Sequence[DlctlError] = (), **fields: Any) -> None:
    """Write a result to stdout; `errors` say what failed beside it.

    Raises what `data` raises, and RuntimeError where a document was written before.
    """
    write_json(runtime.json, _envelope(kind, fields, errors))


def write_failure(answer: JsonAnswer, errors: Sequence[DlctlError]) -> None:
    """Write the document of a command that failed without a result, if JSON was asked for."""
    if answer.wanted and not answer.written:
        write_json(answer, _envelope(FAILURE, {}, errors))


def write_json(answer: JsonAnswer, text: str) -> None:
    """Write the invocation's JSON text to stdout; nothing is written after it."""
    answer.begin()
    data(text)


def _envelope(kind: str, fields: dict[str, Any], errors: Sequence[DlctlError]) -> str:
    body = {"apiVersion": API_VERSION, "kind": kind, **fields}
    return json_text({**body, "errors": [error_report(error) for error in errors]}, indent=2) + "\n"
