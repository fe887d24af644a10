"""Make a run again: the values of its record, on today's files."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dlctl.errors import ParamError
from dlctl.jobs.runs.comparison import parameter_differences
from dlctl.jobs.runs.record import RunRecord
from dlctl.text import enumerated
from dlctl.workflow.render import Selection


def again(record: RunRecord, settings: Iterable[str]) -> Selection:
    """The selection of a run like this one: its values, and then those of `settings`.

    Raises ParamError for a secret value of the command line that is not given again: it was not kept.
    """
    given = tuple(settings)
    names = {text.partition("=")[0].removeprefix(f"{record.component}.") for text in given}
    missing = [name for name in record.hidden if name not in names]
    if missing:
        raise ParamError(
            f"run {record.run} was made with --set {enumerated(missing)}, whose value is secret and not kept",
            hint="pass it again: " + " ".join(f"--set {name}=VALUE" for name in missing),
        )
    kept = (f"{record.component}.{name}={_text(value)}" for name, value in sorted(record.values.items()))
    return Selection((record.component,), (*kept, *given))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def difference_lines(before: RunRecord, now: RunRecord) -> Iterator[str]:
    """What differs between a run and the one that is made like it."""
    if before.revision != now.revision or before.changed or now.changed:
        yield f"files: {_revision(before)} then, {_revision(now)} now"
    for each in parameter_differences(before, now):
        yield f"{each.name}: {json.dumps(each.left)} then, {json.dumps(each.right)} now"


def _revision(record: RunRecord) -> str:
    if not record.revision:
        return "no git revision"
    return f"git {record.revision[:12]}{' with changes' if record.changed else ''}"
