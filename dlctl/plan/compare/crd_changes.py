"""Changes of CustomResourceDefinitions under which objects would be lost or become invalid."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject

_LOWER = ("maxLength", "maximum", "maxItems", "maxProperties")
_UPPER = ("minLength", "minimum", "minItems", "minProperties")
_FIXED = ("pattern", "format", "multipleOf", "x-kubernetes-validations", "not", "oneOf", "allOf", "anyOf")
SHOWN = 3
"""The number of changes in one message."""

Schema = Mapping[str, Any]


def dropped_versions(live: JsonObject, stated: JsonObject) -> tuple[str, ...]:
    """The versions in which objects are stored, by the live definition, that the new one does not have."""
    stored = (live.get("status") or {}).get("storedVersions") or ()
    return tuple(str(name) for name in stored if name not in _versions(stated))


def narrowings(live: JsonObject, stated: JsonObject) -> tuple[str, ...]:
    """What the new definition no longer allows, by version and field: objects that have it become invalid."""
    old, new = _versions(live), _versions(stated)
    found: list[str] = []
    for name, version in old.items():
        if name in new and new[name].get("served", True):
            found += (f"{name}{each}" for each in _narrower("", _schema(version), _schema(new[name])))
    return tuple(found)


def _versions(definition: JsonObject) -> dict[str, Mapping[str, Any]]:
    versions = (definition.get("spec") or {}).get("versions") or ()
    return {str(each.get("name")): each for each in versions if isinstance(each, Mapping)}


def _schema(version: Mapping[str, Any]) -> Schema:
    found = (version.get("schema") or {}).get("openAPIV3Schema")
    return found if isinstance(found, Mapping) else {}


def _narrower(path: str, old: Schema, new: Schema) -> Iterator[str]:
    """Sentences on one field and those below it."""
    yield from _values(path, old, new)
    before, now = _mapping(old.get("properties")), _mapping(new.get("properties"))
    for key in before:
        if key in now:
            yield from _narrower(f"{path}.{key}", _mapping(before[key]), _mapping(now[key]))
        elif not _is_open(new):
            yield f"{path}.{key}: is removed"
    for key in sorted(set(new.get("required") or ()) - set(old.get("required") or ())):
        if "default" not in _mapping(now.get(key)):
            yield f"{path}.{key}: becomes required"
    if _is_open(old) and not _is_open(new):
        yield f"{path or '.'}: no longer takes other fields"
    for keyword, mark in (("items", "[]"), ("additionalProperties", "*")):
        below, after = old.get(keyword), new.get(keyword)
        if isinstance(below, Mapping) and isinstance(after, Mapping):
            yield from _narrower(f"{path}{mark}", below, after)


def _values(path: str, old: Schema, new: Schema) -> Iterator[str]:
    """Sentences on the values that a field takes."""
    if old.get("type") and new.get("type") and _other_type(str(old["type"]), str(new["type"])):
        yield f"{path or '.'}: type {old['type']} becomes {new['type']}"
    if gone := _refused(old.get("enum"), new.get("enum")):
        yield f"{path}: no longer takes {gone}"
    if old.get("nullable") and not new.get("nullable"):
        yield f"{path}: no longer takes null"
    for keyword in (*_LOWER, *_UPPER):
        if _tighter(keyword, old.get(keyword), new.get(keyword)):
            yield f"{path}: {keyword} becomes {new[keyword]}"
    yield from (
        f"{path or '.'}: {key} changes" for key in _FIXED if new.get(key) and new[key] != old.get(key)
    )


def _refused(old: Any, new: Any) -> str:
    """The values that an enumeration does not take any more, as text."""
    if not isinstance(new, list):
        return ""
    if not isinstance(old, list):
        return "other values"
    return ", ".join(str(each) for each in old if each not in new)


def _other_type(old: str, new: str) -> bool:
    return old != new and (old, new) != ("integer", "number")


def _tighter(keyword: str, old: Any, new: Any) -> bool:
    if not isinstance(new, int | float):
        return False
    if not isinstance(old, int | float):
        return True
    return new < old if keyword in _LOWER else new > old


def _is_open(schema: Schema) -> bool:
    """Whether fields without a schema are kept."""
    return bool(schema.get("x-kubernetes-preserve-unknown-fields") or schema.get("additionalProperties"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
