"""What a run was made from, as an annotation of its job keeps it: no secret is in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.json_text import NotJson, parse_json
from dlctl.labels import MADE_FROM, RUN, SWEEP, annotations_of, labels_of
from dlctl.manifest import JsonObject
from dlctl.params.model import ParamSet
from dlctl.redact import Redactor

MOST = 65_536
"""The longest annotation; beyond it the parameters are left out. An object's annotations have 256 KiB."""
OVERRIDE = "--set"
"""The label of the layer with the values of the command line."""


class RunRecord(Struct, frozen=True, rename="camel"):
    """What a run was made from.

    `values` are those of the command line, which differ from the app's; `hidden` are the names of those that
    are secret. `params` are all values that are not the prototype's defaults, without secrets; None where
    they are too long. `changed` says that the app's files differed from the git `revision`.
    """

    run: str
    component: str
    environment: str
    values: Mapping[str, Any] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    params: Mapping[str, Any] | None = field(default_factory=dict)
    revision: str = ""
    changed: bool = False
    user: str = ""
    time: str = ""
    version: str = ""
    sweep: str = ""


def with_values(record: RunRecord, params: ParamSet, redactor: Redactor) -> RunRecord:
    """The record with the parameters of the component; a value that holds a secret is only named."""
    stated = dict(_stated(params))
    secret = {name for name, param in params.params.items() if param.spec.secret}
    hidden = {name for name in stated if name in secret or redactor.mask_value(stated[name]) != stated[name]}
    shown = {
        name: param.value
        for name, param in params.params.items()
        if param.value != param.spec.default
        and name not in secret
        and redactor.mask_value(param.value) == param.value
    }
    return replace(
        record,
        values={name: value for name, value in stated.items() if name not in hidden},
        hidden=tuple(sorted(hidden)),
        params=shown,
    )


def _stated(params: ParamSet) -> Iterator[tuple[str, Any]]:
    for name, param in params.params.items():
        for each in param.stated:
            if each.origin.layer == OVERRIDE:
                yield name, each.value


def annotation_of(record: RunRecord) -> str:
    """The record as text."""
    text = msgspec.json.encode(record, order="sorted").decode()
    return text if len(text) <= MOST else msgspec.json.encode(replace(record, params=None)).decode()


def record_of(job: JsonObject) -> RunRecord | None:
    """The record of a run's job; None for a job that is no run, or whose annotation is not readable."""
    text = annotations_of(job).get(MADE_FROM)
    if not isinstance(text, str) or not run_of(job):
        return None
    try:
        return msgspec.convert(parse_json(text), RunRecord)
    except (NotJson, msgspec.ValidationError):
        return None


def run_of(body: JsonObject) -> str:
    """The run that an object belongs to; empty for none."""
    return str(labels_of(body).get(RUN) or "")


def sweep_of(body: JsonObject) -> str:
    """The sweep that a run belongs to; empty for none."""
    return str(labels_of(body).get(SWEEP) or "")
