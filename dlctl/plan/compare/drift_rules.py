"""Rules that decide about fields of other managers: ours, adopt or ignore."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import DriftRule
from dlctl.errors import FieldConflict
from dlctl.json_values import same_json
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.compare.conflict_fields import FieldPath, path_of_field, value_of_field, without_fields
from dlctl.secret_fields import escape

OURS, ADOPT, IGNORE = "ours", "adopt", "ignore"


class Decided(Struct, frozen=True):
    """A manifest in which the rules are followed; `ours` are the fields to take over, `open` have no rule."""

    manifest: Manifest
    ours: tuple[FieldConflict, ...]
    open: tuple[FieldConflict, ...]


def decide_by_rules(
    manifest: Manifest, live: JsonObject, conflicts: Sequence[FieldConflict], rules: Iterable[DriftRule]
) -> Decided:
    """Leave fields out (ignore), state their value on the cluster (adopt), or take them over (ours)."""
    known = tuple(rules)
    chosen = {each: rule_for(manifest, each, known) for each in conflicts}
    body = without_fields(manifest.body, [each for each, rule in chosen.items() if rule == IGNORE])
    for each in (each for each, rule in chosen.items() if rule == ADOPT):
        if path := path_of_field(body, each.field):  # none where a field around it is left out
            body = _with(body, path, value_of_field(live, each.field))
    return Decided(
        replace(manifest, body=body),
        tuple(each for each, rule in chosen.items() if rule == OURS),
        tuple(each for each, rule in chosen.items() if not rule),
    )


def rule_for(manifest: Manifest, conflict: FieldConflict, rules: Iterable[DriftRule]) -> str:
    """The first rule for a field; empty if there is none."""
    path = path_of_field(manifest.body, conflict.field)
    if path is None:
        return ""
    manager = conflict.manager.strip('"')
    found = (each.rule for each in rules if _applies(each, manifest.ref, path, manager))
    return next(found, "")


def pointer_of(path: FieldPath) -> str:
    """A path as an RFC 6901 JSON pointer."""
    return "".join(f"/{escape(str(step))}" for step in path)


def _applies(rule: DriftRule, ref: ObjectRef, path: FieldPath, manager: str) -> bool:
    if rule.kind not in (ref.kind, f"{ref.group}/{ref.kind}"):
        return False
    if rule.managers and manager not in rule.managers:
        return False
    return not rule.fields or any(_matches(field, pointer_of(path)) for field in rule.fields)


def _matches(pattern: str, pointer: str) -> bool:
    """Whether a field is that of a pattern, or below it; `*` stands for any one step."""
    wanted, found = pattern.split("/"), pointer.split("/")
    return len(wanted) <= len(found) and all(
        each in ("*", step) for each, step in zip(wanted, found, strict=False)
    )


def _with(value: Any, path: FieldPath, new: Any) -> Any:
    if not path or same_json(value, new):
        return new if not path else value
    step, *rest = path
    if isinstance(value, Mapping):
        return {**value, step: _with(value[step], tuple(rest), new)}
    assert isinstance(step, int)
    return [*value[:step], _with(value[step], tuple(rest), new), *value[step + 1 :]]
