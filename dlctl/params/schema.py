"""Check values against JSON Schema 2020-12: the schemas of single parameters and of `allOf`."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from dlctl.errors import Location, ParamError, RegistryError
from dlctl.memory import require_memory
from dlctl.params.described_type import READABLE, describe_type, schema_types, shorten
from dlctl.params.model import ParamSet
from dlctl.params.plain_schema import certainly_valid
from dlctl.params.schema_size import (
    MOST_CHECKS,
    MOST_EXPLAINED,
    is_too_large,
    number_of_schemas,
    number_of_values,
)
from dlctl.registry.prototypes.model import CombinedSchema, ParamSpec, Prototype
from dlctl.suggest import did_you_mean
from dlctl.text import HIDDEN

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

_BREAKS = {"pattern": " does not match ", "maxLength": " is longer than "}
"""The validator's message after the value, for the keywords of a named format."""
_FORM = frozenset({"pattern", "not"})


def problems_of(spec: ParamSpec, value: Any, subject: str, location: Location | None) -> Iterator[ParamError]:
    """One ParamError for each violation of the schema by `value`; secret values are not shown.

    Raises RegistryError if the schema itself is not valid.
    """
    if not spec.schema or certainly_valid(spec.schema, value):
        return
    validator = _validator(spec)
    checks = number_of_values(value) * _number_of_schemas(spec)
    if checks > MOST_EXPLAINED:
        yield from _unexplained(spec, value, checks, subject, location)
        return
    seen: set[str] = set()
    described = False
    for broken in validator.iter_errors(value):
        from dlctl.params.broken_schema import accepted

        inside = "".join(f".{step}" for step in broken.instance_path)
        expected = accepted(spec, broken)
        reported = _named_format_problem(spec, broken) or _format_problem(spec, broken)
        reason = expected.message if expected else reported or _reason(spec, broken)
        message = f"parameter '{spec.name}{inside}'{subject}: {reason}"
        if message in seen:  # both the pattern and the length of a format
            continue
        seen.add(message)
        hint = expected.hint if expected else ""
        if not hint:
            with_text = bool(reported or inside) and not described
            hint, described = _described(spec, with_text=with_text), described or with_text
        yield ParamError(message, location=location, hint=hint)


def _described(spec: ParamSpec, *, with_text: bool) -> str:
    """The type of a parameter, and its description."""
    text = f": {spec.description}" if with_text and spec.description else ""
    return f"{spec.name} is {describe_type(spec.shown_schema)}{text}"


def _unexplained(
    spec: ParamSpec, value: Any, checks: int, subject: str, location: Location | None
) -> Iterator[ParamError]:
    """The problem of a value with so many values that the single ones are not listed; none if it is valid."""
    hint = f"{spec.name} is {describe_type(spec.shown_schema)}"
    if checks > MOST_CHECKS:
        what = "has too many values to be checked against its schema"
        yield ParamError(f"parameter '{spec.name}'{subject}: {what}", location=location, hint=hint)
    elif not _validator(spec).is_valid(value):
        what = "does not match its schema, and has too many values to list where"
        yield ParamError(f"parameter '{spec.name}'{subject}: {what}", location=location, hint=hint)


@lru_cache(maxsize=4096)
def _number_of_schemas(spec: ParamSpec) -> int:
    return number_of_schemas(spec.schema)


def _named_format_problem(spec: ParamSpec, broken: "ValidationError") -> str:
    """The message for text that breaks a named format (`x-format`); empty for other violations."""
    from dlctl.registry.prototypes.string_formats import format_words

    *path, keyword = broken.schema_path
    words = format_words(spec.schema, tuple(path)) if keyword in _BREAKS else ""
    if not words:
        return ""
    shown = broken.message.rpartition(_BREAKS[str(keyword)])[0]
    return f"{shorten(shown, 80)} must be {words}"


def _format_problem(spec: ParamSpec, broken: "ValidationError") -> str:
    """The message for text that breaks a long `pattern` or a `not`; empty for other violations."""
    if broken.schema_path[-1] not in _FORM:
        return ""
    shown, _, pattern = broken.message.rpartition(" does not match ")
    if broken.instance == "":
        return "must not be empty"
    if shown and len(pattern) <= READABLE:
        return ""
    shown = shown or (HIDDEN if spec.secret else f'"{broken.instance}"')
    from dlctl.params.broken_schema import refusal

    return refusal(spec, broken) or f"{shorten(shown, 80)} is not in the required format"


def _reason(spec: ParamSpec, broken: "ValidationError") -> str:
    if spec.secret and broken.schema_path[-1] in ("enum", "const"):
        return f"{HIDDEN} is not one of the allowed values"
    if broken.schema_path[-1] == "enum" and isinstance(broken.instance, str):
        choices = [each for each in broken.kind.as_dict()["options"] if isinstance(each, str)]
        guess = did_you_mean(broken.instance, choices)
        return shorten(broken.message) + (f"; {guess}" if guess else "")
    return shorten(broken.message)


@lru_cache(maxsize=4096)
def _validator(spec: ParamSpec) -> "Validator":
    """The validator of a parameter, compiled once: compiling costs more than checking a value."""
    mask = HIDDEN if spec.secret else None
    return compiled(spec.schema, f"the schema of parameter '{spec.name}'", spec.location, mask)


def compiled(
    schema: Mapping[str, Any], subject: str, location: Location | None, mask: str | None = None
) -> "Validator":
    """A validator for a JSON Schema; `mask` replaces values in its messages.

    A `$ref` is never fetched: a prototype must not depend on the network or on other files. Raises
    RegistryError about `subject` if the schema is not valid.
    """
    require_memory()
    import decimal  # noqa: F401, I001 - jsonschema_rs imports it, and panics where memory is too little
    import jsonschema_rs

    if is_too_large(schema):
        raise RegistryError(
            f"{subject} is too large: its $refs point to one schema in too many ways",
            location=location,
            hint="write the schema without $refs that double, or that point back in two ways",
        )
    try:
        return jsonschema_rs.validator_for(
            dict(schema), mask=mask, validate_formats=True, retriever=_refuse_to_fetch
        )
    except ValueError as error:  # jsonschema_rs.ValidationError is one
        reason = str(error).splitlines()[0]
        raise RegistryError(f"{subject} is not valid: {reason}", location=location) from error


def check_schemas(prototype: Prototype) -> None:
    """Raise RegistryError for a schema of a prototype that is not valid, or that refers to other files."""
    for spec in prototype.params.values():
        _validator(spec)
    for joint in prototype.combined_schemas:
        compiled(joint.schema, "schema in 'allOf'", joint.location)


def broken_schemas(prototype: Prototype, params: ParamSet) -> Iterator[CombinedSchema]:
    """The schemas of `allOf` that the values break.

    The checked object has every parameter that has a value, including defaults. Raises RegistryError if
    a schema itself is not valid.
    """
    values = {name: value for name, value in params.values.items() if value is not None}
    for joint in prototype.combined_schemas:
        if not _holds(joint, values):
            yield joint


def _holds(joint: CombinedSchema, values: dict[str, object]) -> bool:
    validator = compiled(joint.schema, "schema in 'allOf'", joint.location)
    if number_of_values(values) * number_of_schemas(joint.schema) > MOST_CHECKS:
        raise RegistryError(
            "schema in 'allOf' is too large to check so many values against it", location=joint.location
        )
    return bool(validator.is_valid(values))


def _refuse_to_fetch(address: str) -> NoReturn:
    raise ValueError("a $ref must point into the same schema")


def normalise(schema: Mapping[str, Any], value: Any) -> Any:
    """Convert `1.0` to 1 for an integer parameter, as JSON Schema allows."""
    if not isinstance(value, float) or not value.is_integer():
        return value
    types = schema_types(schema)
    return int(value) if "integer" in types and "number" not in types else value
