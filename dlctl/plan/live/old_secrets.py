"""The secrets that an object has on the cluster, which the files may no longer know."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.redact import Redactor
from dlctl.secret_fields import fields_of, values_at
from dlctl.status import NO_RULES, Rules, Verdict


def old_secrets(live: JsonObject | None) -> Iterator[str]:
    """The strings at the places that a live object lists."""
    for value in values_at(live, fields_of(live)) if live is not None else ():
        yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def masked_verdict(
    live: JsonObject | None, *, now: datetime | None = None, rules: Rules = NO_RULES
) -> Verdict:
    """The verdict on a live object, whose message may quote its fields, without its secrets."""
    from dlctl.status import verdict_of

    verdict = verdict_of(live, now=now, rules=rules)
    if live is None or not fields_of(live):
        return verdict
    redactor = Redactor().with_derived(old_secrets(live))
    return replace(verdict, message=redactor.mask_message(verdict.message))
