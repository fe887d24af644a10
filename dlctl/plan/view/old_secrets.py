"""The secrets that a plan's objects have on the cluster, which the files may no longer know."""

from collections.abc import Iterator
from typing import Any

from dlctl.plan.model import Plan
from dlctl.redact import Redactor
from dlctl.secret_fields import fields_of, values_at


def with_old_secrets(redactor: Redactor, plan: Plan) -> Redactor:
    """A redactor that also masks, in messages, what is at the listed places of live objects."""
    lives = (step.live for step in plan.steps if step.live is not None)
    return redactor.with_derived(
        text for live in lives for value in values_at(live, fields_of(live)) for text in _texts(value)
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
