"""Parse command-line text to a value of the type that the prototype's schema declares."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import yaml

from dlctl.errors import ParamError, YamlError
from dlctl.params.described_type import describe_type, referred_schema, schema_types, shorten
from dlctl.params.reference_text import stated_reference
from dlctl.params.schema import normalise
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import ParamSpec
from dlctl.text import HIDDEN, with_article, without_user_information
from dlctl.yamlio.compose import PLAIN
from dlctl.yamlio.core_schema import has_leading_zero, resolve_plain
from dlctl.yamlio.load import load_text


class Force(StrEnum):
    """How to parse text: by the schema, or as JSON or a string regardless of it.

    With SHELL a list of strings is made of the text's words, split as a shell does; else as with SCHEMA.
    """

    SCHEMA = "schema"
    JSON = "json"
    STRING = "string"
    SHELL = "shell"


_NULL = "null in a file, or by 'dlctl param set --json', leaves the field out"

_QUOTED = pattern(r"""["'{}]|\\$""")
"""What has a meaning in other notations of a value: quotes, a mapping, and the escape of a comma."""


class _ReasonWithoutValue(ValueError):  # noqa: N818 - internal to this module
    """A reason that does not contain the value, so it can be shown for a secret."""


def typed_value(spec: ParamSpec, path: tuple[str, ...], text: str, force: Force = Force.SCHEMA) -> Any:
    """The value of `text` at `path` inside a parameter (empty: the parameter itself).

    A string parameter takes any text unchanged; `null` is a value only if the schema allows it.
    Raises ParamError, which names the parameter and its type.
    """
    if not _is_unicode(text):
        raise ParamError(
            f"the value of parameter '{spec.name}' is not UTF-8 text",
            hint="set the terminal and the locale to UTF-8",
        )
    if force is Force.STRING:
        return text
    secret = spec.secret and (not path or descend(spec.schema, path).get("writeOnly") is True)
    if secret and (reference := stated_reference(spec, text)) is not None:
        return reference
    if force is Force.JSON:
        return _json(spec, text)
    from dlctl.params.command_words import is_list_of_words, refuse_unsplit, shell_words

    _refuse_below_text(spec, path)
    schema = descend(spec.schema, path)
    if is_list_of_words(schema):
        if force is Force.SHELL:
            return shell_words(spec, text)
        refuse_unsplit(spec, text)
    try:
        return normalise(schema, _by_schema(schema, text))
    except ValueError as error:
        found = HIDDEN if spec.secret else f'"{shorten(text, 80)}"'
        wanted = describe_type(descend(spec.shown_schema, path))
        reason = str(error) if isinstance(error, _ReasonWithoutValue) or not spec.secret else ""
        raise ParamError(
            f"parameter '{'.'.join((spec.name, *path))}' must be {with_article(wanted)}, found {found}",
            hint=without_user_information(reason) or spec.description or None,
        ) from error


def _refuse_below_text(spec: ParamSpec, path: tuple[str, ...]) -> None:
    """Raise ParamError for a key with dots that was taken for several, such as a label's."""
    for depth in range(1, len(path)):
        if schema_types(descend(spec.schema, path[:depth])) == {"string"}:
            above, key = ".".join((spec.name, *path[: depth - 1])), ".".join(path[depth - 1 :])
            escaped = key.replace(".", "\\.")
            raise ParamError(
                f"the values of parameter '{above}' are strings, and have no nested keys",
                hint=f"a key with dots is written {above} '{key}=VALUE', or '{above}.{escaped}'",
            )


def value_for(
    component: str, spec: ParamSpec, path: tuple[str, ...], text: str, force: Force = Force.SCHEMA
) -> Any:
    """The same for a component that exists, which an error names."""
    try:
        return typed_value(spec, path, text, force)
    except ParamError as error:
        raise error.with_message(f"{error.message} (component {component})") from error


def _is_unicode(text: str) -> bool:
    """Whether text has no surrogates: Python decodes invalid UTF-8 on the command line to surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def descend(schema: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """The schema of the value at `path`; an empty one if the schema does not describe it."""
    named = schema.get("$defs", {})
    schema = referred_schema(schema, named)
    for key in path:
        branches = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
        found = (
            _below(referred_schema(each, named), key) for each in (schema, *branches) if _is_mapping(each)
        )
        schema = referred_schema(next(filter(None, found), {}), named)
    return schema


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _below(schema: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The schema that one schema states for the value of a key; an empty one for none."""
    below = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
    return below if isinstance(below, Mapping) else {}


def _by_schema(schema: Mapping[str, Any], text: str) -> Any:
    types = schema_types(schema)
    if not types and "enum" in schema:
        return next((choice for choice in schema["enum"] if str(choice) == text), text)
    if text == "null" and "null" in types:
        return None
    if types <= {"string", "null"} and types:
        return text
    try:
        plain = _plain(text)
    except ValueError:
        if "string" in types:
            return text
        raise
    if _is_of(plain, types):
        return plain
    if types & {"array", "object"} or not types:
        return _collection(schema, types, text)
    return _other(types, text)


def _plain(text: str) -> Any:
    """The value of a plain scalar. A number with a leading zero, as of `seq -w`, is refused."""
    if has_leading_zero(text):
        raise _ReasonWithoutValue(
            "a number with a leading zero is octal for kubectl: write octal as 0o…, decimal without the zero"
        )
    return resolve_plain(text)


def _is_of(value: Any, types: frozenset[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in types or not types
    if isinstance(value, int):
        return bool(types & {"integer", "number"}) or not types
    if isinstance(value, float):
        return "number" in types or (value.is_integer() and "integer" in types) or not types
    return False


def _collection(schema: Mapping[str, Any], types: frozenset[str], text: str) -> Any:
    """A list or mapping in flow style; a list also as `a,b,c` (ksonnet's scripts), a mapping as `A=1,B=2`."""
    start = text.lstrip()[:1]
    if start == "[" and ("array" in types or not types):
        return _flow(schema, text)
    if start == "{" and ("object" in types or not types):
        return _flow(schema, text)
    if start == "{" and "string" not in types:  # one mapping of a list, or several with commas
        return _flow(schema, f"[{text}]")
    if "array" in types and "string" not in types:
        items = schema.get("items", {})
        item_schema = items if isinstance(items, Mapping) and items else {"type": "string"}
        return [_by_schema(item_schema, item) for item in text.split(",")] if text else []
    if types <= {"object", "null"} and "=" in text:
        return dict(_pairs(schema, text))
    if not types:
        return _plain(text) if text else text
    return _other(types, text)


def _pairs(schema: Mapping[str, Any], text: str) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for pair in text.split(","):
        key, equals, value = pair.partition("=")
        odd = _QUOTED.search(value) or key in seen
        if odd or not equals or not key.strip():
            raise _ReasonWithoutValue(
                "write KEY=VALUE,KEY=VALUE, or '{KEY: VALUE}' where a value has commas, quotes or braces"
            )
        seen.add(key)
        yield key.strip(), _by_schema(descend(schema, (key.strip(),)), value)


def _flow(schema: Mapping[str, Any], text: str) -> Any:
    try:
        document = load_text(text, "value")
    except YamlError as error:
        raise ValueError(f"not a list or mapping: {error.message}") from error
    return _as_declared(schema, document.node, document.value)


def _as_declared(schema: Mapping[str, Any], node: yaml.Node | None, value: Any) -> Any:
    """The value, with plain scalars such as `1.10` or `on` kept as text where the schema wants strings."""
    if isinstance(value, list) and isinstance(node, yaml.SequenceNode):
        items = schema.get("items")
        below = items if isinstance(items, Mapping) else {}
        return [_as_declared(below, child, item) for child, item in zip(node.value, value, strict=True)]
    if isinstance(value, dict) and isinstance(node, yaml.MappingNode):
        nodes = {key.value: child for key, child in node.value}
        return {
            key: _as_declared(descend(schema, (key,)), nodes.get(key), item) for key, item in value.items()
        }
    only_text = schema_types(schema) - {"null"} == {"string"}
    if only_text and isinstance(value, int | float) and node is not None and node.tag == PLAIN:
        return node.value
    if isinstance(value, int) and node is not None and node.tag == PLAIN:
        _plain(node.value)
    return value


def _other(types: frozenset[str], text: str) -> Any:
    if "string" in types:
        return text
    if types <= {"object", "null"}:
        raise _ReasonWithoutValue(f"write KEY=VALUE, or '{{KEY: VALUE}}'; {_NULL}")
    if text == "null":
        raise _ReasonWithoutValue(f"{_NULL}; 'dlctl param unset' brings the default back")
    raise ValueError("")


def _json(spec: ParamSpec, text: str) -> Any:
    import json

    from dlctl.json_text import parse_json

    try:
        value = parse_json(text)
        json.dumps(value, allow_nan=False)  # 1e999 is none of JSON's numbers
    except ValueError as error:
        shown = HIDDEN if spec.secret else f"'{shorten(text, 80)}'"
        raise ParamError(
            f"parameter '{spec.name}': {shown} is not JSON",
            hint="with --json, quote a string for JSON and for the shell: '\"text\"'",
        ) from error
    return value
