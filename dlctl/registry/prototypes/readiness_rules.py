"""Read the rules of a readiness file."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from dlctl.app import readiness_keys
from dlctl.app.reader import Reader
from dlctl.errors import RegistryError
from dlctl.status.model import Phase, Status
from dlctl.status.readiness import Bound, ConditionTest, FieldTest, ReadinessRule
from dlctl.text import enumerated

_PATH = re.compile(r"(metadata|spec|status)(\.[A-Za-z0-9_-]+)*")
_STATES: Mapping[str, Status] = MappingProxyType(
    {"ready": Status.CURRENT, "progressing": Status.IN_PROGRESS, "failed": Status.FAILED}
)
_READY = (Phase.RUNNING, Phase.SUCCEEDED, Phase.SUSPENDED)
_PHASES = tuple(phase for phase in Phase if phase not in (Phase.DELETING, Phase.UNKNOWN))


def read_rules(reader: Reader, *, is_job: bool) -> tuple[ReadinessRule, ...]:
    """The rules in order. Raises AppError or RegistryError."""
    return tuple(_rule(each, is_job=is_job) for each in reader.readers("rules"))


def _rule(reader: Reader, *, is_job: bool) -> ReadinessRule:
    reader.only(*readiness_keys.READINESS_RULE)
    status, phase = _result(reader, is_job=is_job)
    return ReadinessRule(
        status,
        phase,
        _condition(reader),
        _field(reader),
        reader.text("when"),
        reader.text("reason"),
        reader.text("message"),
        reader.text("messageFrom"),
        reader.text("ended"),
        reader.flag("final") if reader.values.get("final") is not None else True,
    )


def _result(reader: Reader, *, is_job: bool) -> tuple[Status, Phase | None]:
    """What a rule says: a phase in the file of a job, else a state."""
    key, other = ("phase", "is") if is_job else ("is", "phase")
    known = [phase.value for phase in _PHASES] if is_job else list(_STATES)
    value = reader.text(key)
    if value not in known or reader.values.get(other) is not None:
        place = reader.place(other if value in known else key)
        what = "a job" if is_job else "a kind that is not a job"
        raise RegistryError(f"a rule of {what} needs '{key}': {enumerated(known)}", location=place)
    if not is_job:
        return _STATES[value], None
    phase = Phase(value)
    if phase is Phase.FAILED:
        return Status.FAILED, phase
    return (Status.CURRENT if phase in _READY else Status.IN_PROGRESS), phase


def _condition(reader: Reader) -> ConditionTest | None:
    value = reader.values.get("condition")
    if value is None:
        return None
    if isinstance(value, str):
        return ConditionTest(value)
    each = reader.child("condition")
    assert each is not None
    each.only(*readiness_keys.READINESS_CONDITION)
    return ConditionTest(each.required_text("type"), each.texts("status") or ("True",), each.texts("reason"))


def _field(reader: Reader) -> FieldTest | None:
    value = reader.values.get("field")
    if value is None:
        return None
    if isinstance(value, str):
        return FieldTest(_path(reader, "field"))
    each = reader.child("field")
    assert each is not None
    each.only(*readiness_keys.READINESS_FIELD)
    return FieldTest(
        _path(each, "path"),
        tuple(each.items("in")),
        _bound(each, "atLeast"),
        _bound(each, "below"),
        each.values.get("default"),
    )


def optional_path(reader: Reader, key: str) -> str:
    """The path of a field; empty where there is none. Raises AppError or RegistryError."""
    return _path(reader, key) if reader.text(key) else ""


def _path(reader: Reader, key: str) -> str:
    path = reader.required_text(key)
    if not _PATH.fullmatch(path):
        raise RegistryError(
            f"'{path}' is not a path of a field", location=reader.place(key), hint="such as status.phase"
        )
    return path


def _bound(reader: Reader, key: str) -> Bound | None:
    value = reader.values.get(key)
    if value is None:
        return None
    return _path(reader, key) if isinstance(value, str) else reader.number(key)
