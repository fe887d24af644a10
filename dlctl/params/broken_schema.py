"""Messages for values that break a schema, for keywords whose standard messages say too little."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dlctl.params.described_type import describe_type, referred_schema, schema_types, shorten
from dlctl.params.references import looks_like_reference
from dlctl.registry.prototypes.model import ParamSpec
from dlctl.suggest import did_you_mean
from dlctl.text import HIDDEN, enumerated, listed, with_article

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_AMOUNTS = {"anyOf": "at least one", "oneOf": "exactly one"}
RULE_KEY = "x-rule"
"""The keyword beside a `pattern`, in a parameter's schema or in a `not` of it, with its meaning in words."""
_MOST = 20
"""The most keys in a message."""


class Accepted(Struct, frozen=True):
    """A message about a broken keyword, with a hint of its own if the message does not say all."""

    message: str
    hint: str = ""


def accepted(spec: ParamSpec, broken: "ValidationError") -> Accepted | None:
    """The message for some keywords; None for others, and where the schema says too little."""
    *path, keyword = broken.schema_path
    schema = _schema_at(spec.shown_schema, path)
    if not spec.secret and looks_like_reference(broken.instance):
        return _reference(spec, schema, str(keyword))
    if keyword == "type":
        return _wrong_type(schema, broken)
    if keyword == "pattern" and (blank := _blank(spec, schema, str(broken.instance))):
        return blank
    if keyword == "additionalProperties":
        return _unknown_keys(
            spec, list(broken.kind.as_dict()["unexpected"]), tuple(schema.get("properties", ()))
        )
    if keyword not in _AMOUNTS:
        return None
    branches = [_resolved(spec.shown_schema, branch) for branch in schema.get(keyword, ())]
    if keys := _one_key_each(branches):
        return Accepted(f"must have {_AMOUNTS[str(keyword)]} of the keys {listed(keys, limit=_MOST)}")
    types = [_described(branch) for branch in branches]
    shown = broken.message.rpartition(" is not valid under ")[0]
    return Accepted(f"{shorten(shown, 80)} must be {'; or '.join(types)}") if shown and all(types) else None


def refusal(spec: ParamSpec, broken: "ValidationError") -> str:
    """The message by the `x-rule` of the schema that a text or a key breaks, or by what its pattern means.

    In a `not` the rule is what such a text is, in a schema with a `pattern` what it must be. Empty where the
    schema has none, and its pattern is not known.
    """
    import jsonschema_rs

    from dlctl.params.pattern_words import words_of

    *path, keyword = broken.schema_path
    schema = _schema_at(spec.shown_schema, broken.schema_path if keyword == "not" else path)
    rule = schema.get(RULE_KEY) or words_of(schema.get("pattern", ""), refuses=keyword == "not")
    if not rule:
        return ""
    names = list(broken.instance) if isinstance(broken.instance, Mapping) else [broken.instance]
    in_it = {"pattern": schema.get("pattern", "")}
    found = next((name for name in names if jsonschema_rs.is_valid(in_it, name) == (keyword == "not")), "")
    shown = HIDDEN if spec.secret else f'"{shorten(str(found), 80)}"'
    return f"{shown} {'is' if keyword == 'not' else 'must be'} {rule}"


def _reference(spec: ParamSpec, schema: Mapping[str, Any], keyword: str) -> Accepted:
    """The message for a reference to a secret where none is read."""
    branches = [_resolved(spec.shown_schema, branch) for branch in schema.get(keyword, ()) if branch]
    keys = {key for branch in branches if keyword in _AMOUNTS for key in branch.get("properties", ())}
    other = "write {secretKeyRef: {name: SECRET, key: KEY}} to read it from a Secret of the cluster"
    return Accepted(
        "fromEnv and fromFile can only be used for secret parameters, and this parameter is not secret",
        other if "secretKeyRef" in keys else "write the value itself",
    )


def _wrong_type(schema: Mapping[str, Any], broken: "ValidationError") -> Accepted:
    """The type that is expected, and the value; a number or boolean may lack its quotes."""
    wanted = " or ".join(sorted(broken.kind.as_dict()["types"]))
    shown = shorten(broken.message.rpartition(" is not of type")[0])
    unquoted = isinstance(broken.instance, int | float) and "string" in schema_types(schema)
    hint = f"put it in quotes: '{shown}'" if unquoted and shown != HIDDEN else ""
    return Accepted(f"must be {with_article(wanted)}, found {shown}", hint)


def _blank(spec: ParamSpec, schema: Mapping[str, Any], text: str) -> Accepted | None:
    """The message for a text that only its line breaks, or the spaces of a secret, make invalid."""
    import jsonschema_rs

    breaks = bool({"\r", "\n"} & set(text))
    pattern = {"pattern": schema.get("pattern", "")}
    if not (breaks or spec.secret) or not jsonschema_rs.is_valid(pattern, "".join(text.split())):
        return None
    what = "a line break" if breaks else "a space"
    hint = "; in a file or on standard input it may be at the end" if breaks and spec.secret else ""
    return Accepted(f"the value has {what}, which is not allowed", f"remove it{hint}")


def _unknown_keys(spec: ParamSpec, names: Sequence[str], known: Sequence[str]) -> Accepted:
    shown = [HIDDEN if spec.secret else f"'{name}'" for name in names]
    hint = f"allowed keys: {listed(known, limit=_MOST)}"
    if len(names) == 1:
        hint = did_you_mean(names[0], known, hint) or hint
    return Accepted(f"unknown {'key' if len(names) == 1 else 'keys'} {enumerated(shown)}", hint)


def _one_key_each(branches: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys, if each branch only requires one."""
    keys = [branch["required"][0] for branch in branches if len(branch.get("required", ())) == 1]
    return keys if len(keys) == len(branches) and all(len(branch) == 1 for branch in branches) else []


def _described(branch: Mapping[str, Any]) -> str:
    """The type of a branch, and the keys of a mapping; empty if it states neither."""
    if branch.get("type") == "null":
        return "null"
    described = describe_type(branch)
    keys = branch.get("properties")
    if described == "object" and keys:
        return f"object with the keys {listed(keys, limit=_MOST)}"
    return "" if described.startswith("any value") and "enum" not in branch else described


def _schema_at(schema: Mapping[str, Any], path: Sequence[str | int]) -> Mapping[str, Any]:
    """The part of a schema at a path; an empty one if it is not there."""
    found: Any = schema
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(str(step))
        else:
            found = found[int(step)] if isinstance(found, list) and str(step).isdigit() else None
    return found if isinstance(found, Mapping) else {}


def _resolved(root: Mapping[str, Any], branch: Any) -> Mapping[str, Any]:
    """A branch, or what its `$ref` leads to."""
    return referred_schema(branch, root.get("$defs", {})) if isinstance(branch, Mapping) else {}
