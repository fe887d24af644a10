"""Which rule of a kind's data matches an object."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.errors import RenderError
from dlctl.manifest import JsonObject
from dlctl.status.model import (
    Status,
    Verdict,
    condition,
    conditions_of,
    mapping_at,
    message_of,
    text_at,
    value_at,
)
from dlctl.status.readiness import Bound, ConditionTest, Evaluate, FieldTest, Readiness, ReadinessRule


class Match(Struct, frozen=True):
    """The first rule that matches an object, and the condition that it asked for."""

    rule: ReadinessRule
    condition: Mapping[str, Any]


def first_match(body: JsonObject, readiness: Readiness, evaluate: Evaluate) -> Match | None:
    """The rule that decides about an object; None if none matches."""
    for rule in readiness.rules:
        found = condition(body, rule.condition.type) if rule.condition else {}
        if _matches(body, rule, found, evaluate):
            return Match(rule, found)
    return None


def verdict_by(body: JsonObject, match: Match, evaluate: Evaluate) -> Verdict:
    """What a rule that matches says about an object."""
    rule = match.rule
    reason = rule.reason or text_at(match.condition, "reason")
    return Verdict(rule.status, _message(body, match, evaluate), reason, rule.phase)


def scope_of(body: JsonObject) -> dict[str, Any]:
    """The names that an expression can use; conditions by type."""
    by_type = {text_at(found, "type"): dict(found) for found in conditions_of(body)}
    parts = {name: mapping_at(body, name) for name in ("metadata", "spec", "status")}
    return {"object": body, **parts, "conditions": by_type}


def _matches(body: JsonObject, rule: ReadinessRule, found: Mapping[str, Any], evaluate: Evaluate) -> bool:
    if rule.condition is not None and not _has_state(found, rule.condition):
        return False
    if rule.field is not None and not _has_value(body, rule.field):
        return False
    return not rule.when or bool(_value(rule.when, body, evaluate))


def _value(expression: str, body: JsonObject, evaluate: Evaluate) -> Any:
    """The value of an expression; None if a field that it names is missing or has another type."""
    try:
        return evaluate(expression, scope_of(body))
    except RenderError:
        return None


def _has_state(found: Mapping[str, Any], test: ConditionTest) -> bool:
    if not found or found.get("status") not in test.states:
        return False
    return not test.reasons or found.get("reason") in test.reasons


def _has_value(body: JsonObject, test: FieldTest) -> bool:
    value = _at(body, test.path, test.default)
    if test.values and not any(type(value) is type(each) and value == each for each in test.values):
        return False
    for bound, is_lower in ((test.at_least, True), (test.below, False)):
        if bound is not None and not _is_within(body, value, bound, is_lower=is_lower):
            return False
    return bool(test.values) or test.at_least is not None or test.below is not None or value is not None


def _is_within(body: JsonObject, value: Any, bound: Bound, *, is_lower: bool) -> bool:
    limit = bound if isinstance(bound, int) else _at(body, bound, None)
    if not _is_number(value) or not _is_number(limit):
        return False
    return bool(value >= limit) if is_lower else bool(value < limit)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _at(body: JsonObject, path: str, default: Any) -> Any:
    found = value_at(body, *path.split("."))
    return default if found is None else found


def _message(body: JsonObject, match: Match, evaluate: Evaluate) -> str:
    rule = match.rule
    made = _value(rule.message_from, body, evaluate) if rule.message_from else None
    if isinstance(made, str) and made:
        return made
    if rule.message:
        return rule.message
    word = (rule.phase.value if rule.phase else _WORDS[rule.status]).lower()
    if rule.field is not None and rule.condition is None:
        return _by_field(body, rule, rule.field.path, word)
    if rule.status is Status.CURRENT:
        return word
    if match.condition:
        return message_of(match.condition, word)
    conditions = conditions_of(body)
    return message_of(conditions[-1], word) if conditions else word


_WORDS = {Status.CURRENT: "ready", Status.IN_PROGRESS: "not ready", Status.FAILED: "failed"}


def _by_field(body: JsonObject, rule: ReadinessRule, path: str, word: str) -> str:
    """The message beside the field, for what is not ready; else the field's own text."""
    *parents, _ = path.split(".")
    beside = text_at(body, *parents, "message") if rule.status is not Status.CURRENT else ""
    if rule.phase is not None and rule.phase.value in ("Succeeded", "Failed"):
        return beside or word
    return beside or text_at(body, *path.split(".")).lower() or word
