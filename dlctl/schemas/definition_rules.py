"""Rules for CustomResourceDefinitions: names, versions, and schemas, which must be structural.

Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions", "Specifying a structural
schema"; apiextensions-apiserver, pkg/apiserver/schema/validation.go.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.schemas.messages import shown
from dlctl.schemas.model import FieldPath, Problem, field_text

_FORBIDDEN = (
    *("$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties"),
    *("readOnly", "writeOnly", "xml"),
)
"""Keys of JSON Schema that no schema of a CRD may have."""
_FORBIDDEN_IN_BRANCHES = ("type", "default", "additionalProperties", "nullable", "description")
"""Keys that only the structure may have, not schemas inside `allOf`, `anyOf`, `oneOf` and `not`."""
_SCOPES = ("Cluster", "Namespaced")
_BRANCHES = ("allOf", "anyOf", "oneOf")
_INT_OR_STRING = "x-kubernetes-int-or-string"
_PRESERVE = "x-kubernetes-preserve-unknown-fields"


def definition_problems(body: JsonObject) -> Iterator[Problem]:
    """The problems of a CustomResourceDefinition that its own schema does not find."""
    spec = _mapping(body.get("spec"))
    name, wanted = _mapping(body.get("metadata")).get("name"), _full_name(spec)
    if wanted and name != wanted:
        path = ("metadata", "name")
        reason = f'must be spec.names.plural+"."+spec.group: {wanted}'
        yield Problem(
            "value", path, f"{field_text(path)}: Invalid value: {shown(name)}: {reason}", shown=shown(name)
        )
    scope = spec.get("scope")
    if isinstance(scope, str) and scope not in _SCOPES:
        supported = ", ".join(shown(each) for each in _SCOPES)
        message = f"spec.scope: Unsupported value: {shown(scope)}: supported values: {supported}"
        yield Problem("enum", ("spec", "scope"), message, shown=shown(scope))
    versions = spec.get("versions")
    if isinstance(versions, list) and all(isinstance(version, Mapping) for version in versions):
        yield from _versions(versions)


def _full_name(spec: Mapping[str, Any]) -> str:
    plural, group = _mapping(spec.get("names")).get("plural"), spec.get("group")
    return f"{plural}.{group}" if isinstance(plural, str) and isinstance(group, str) else ""


def _versions(versions: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    path: FieldPath = ("spec", "versions")
    if sum(version.get("storage") is True for version in versions) != 1:
        yield _invalid(path, "must have exactly one version marked as storage version")
    names = [version.get("name") for version in versions]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield _invalid((*path, index, "name"), "must contain unique version names")
    for index, version in enumerate(versions):
        schema = _mapping(version.get("schema")).get("openAPIV3Schema")
        place = (*path, index, "schema", "openAPIV3Schema")
        if not isinstance(schema, Mapping):
            yield _required(place, "schemas are required")
        else:
            yield from _root(schema, place)


def _root(schema: Mapping[str, Any], path: FieldPath) -> Iterator[Problem]:
    if schema.get("type") != "object":
        yield _invalid((*path, "type"), "must be object at the root")
    yield from _structural(schema, path)


def _structural(schema: Any, path: FieldPath) -> Iterator[Problem]:
    """A schema that describes a field: it has a type, and says what it holds."""
    if not isinstance(schema, Mapping):
        return
    free = schema.get(_INT_OR_STRING) or schema.get(_PRESERVE)
    if not schema.get("type") and not free:
        yield _required((*path, "type"), "must not be empty for specified object fields")
    if schema.get("type") == "array" and not isinstance(schema.get("items"), Mapping):
        yield _required((*path, "items"), "must be specified")
    yield from _everywhere(schema, path)
    yield from _lists(schema, path)
    for name, part in _parts(schema):
        yield from _structural(part, (*path, *name))
    for key in _BRANCHES:
        for index, part in enumerate(_items(schema.get(key))):
            yield from _branch(part, (*path, key, index), bool(schema.get(_INT_OR_STRING)))
    yield from _branch(schema.get("not"), (*path, "not"), False)


def _everywhere(schema: Mapping[str, Any], path: FieldPath) -> Iterator[Problem]:
    for key in _FORBIDDEN:
        if schema.get(key):
            yield _forbidden((*path, key), "not supported")
    if schema.get("uniqueItems") is True:
        yield _forbidden(
            (*path, "uniqueItems"), "cannot be set to true since the runtime complexity is quadratic"
        )
    others = schema.get("additionalProperties")
    if others is False:
        yield _forbidden((*path, "additionalProperties"), "cannot be set to false")
    elif others is not None and schema.get("properties"):
        yield _forbidden((*path, "additionalProperties"), "is mutually exclusive with properties")


def _lists(schema: Mapping[str, Any], path: FieldPath) -> Iterator[Problem]:
    keys = schema.get("x-kubernetes-list-map-keys")
    if schema.get("x-kubernetes-list-type") == "map" and not keys:
        yield _required((*path, "x-kubernetes-list-map-keys"), "must not be empty for list type map")
    elif keys and schema.get("x-kubernetes-list-type") != "map":
        yield _invalid(
            (*path, "x-kubernetes-list-type"), "must be map if x-kubernetes-list-map-keys is non-empty"
        )


def _branch(schema: Any, path: FieldPath, types_are_allowed: bool) -> Iterator[Problem]:
    """A schema inside `allOf` and the like: it only restricts what the structure declares."""
    if not isinstance(schema, Mapping):
        return
    for key in _FORBIDDEN_IN_BRANCHES:
        if schema.get(key) is not None and not (key == "type" and types_are_allowed):
            yield _forbidden((*path, key), "must be empty to be structural")
    for key in _FORBIDDEN:
        if schema.get(key):
            yield _forbidden((*path, key), "not supported")
    for name, part in _parts(schema):
        if name[0] != "additionalProperties":
            yield from _branch(part, (*path, *name), False)
    for key in _BRANCHES:
        for index, part in enumerate(_items(schema.get(key))):
            yield from _branch(part, (*path, key, index), types_are_allowed)
    yield from _branch(schema.get("not"), (*path, "not"), False)


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[FieldPath, Any]]:
    for name, part in _mapping(schema.get("properties")).items():
        yield ("properties", name), part
    yield from (((key,), schema.get(key)) for key in ("items", "additionalProperties"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _required(path: FieldPath, reason: str) -> Problem:
    return Problem("required", path[:-1], f"{field_text(path)}: Required value: {reason}")


def _invalid(path: FieldPath, reason: str) -> Problem:
    return Problem("value", path, f"{field_text(path)}: Invalid value: {reason}")


def _forbidden(path: FieldPath, reason: str) -> Problem:
    return Problem("value", path, f"{field_text(path)}: Forbidden: {reason}")
