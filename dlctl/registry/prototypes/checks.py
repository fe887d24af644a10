"""Read `rules`, `requires` and `allOf` of a prototype or a group."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from dlctl.app import prototype_keys
from dlctl.app.reader import Reader
from dlctl.errors import RegistryError
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import CombinedSchema, ParamSpec, Requirement, Rule
from dlctl.registry.prototypes.schema_check import check_schema
from dlctl.registry.prototypes.string_formats import expand_formats
from dlctl.suggest import did_you_mean

CHECK_KEYS = ("rules", "requires", "allOf")

_REQUIRED = ("kind", "resource", "node_label")
_NAMING = ("properties", "dependentRequired", "dependentSchemas")
_BELOW_ONE = ("if", "then", "else", "not")
_BELOW_LIST = ("allOf", "anyOf", "oneOf")
_MENTIONED = pattern(r"\bparams\.([A-Za-z_]\w*)")


def read_rules(reader: Reader, params: Mapping[str, ParamSpec] | None = None) -> Iterator[Rule]:
    """The entries of `rules`. Raises RegistryError if one is incomplete or refers to an unknown parameter.

    A group cannot know the other groups of a prototype, so it is read without `params`.
    """
    for index, _ in enumerate(reader.items("rules")):
        entry = Reader(reader.document, (*reader.path, "rules", index))
        entry.only(*prototype_keys.RULE)
        for key in ("require", "message"):
            if not entry.text(key):
                raise RegistryError(f"rule has no '{key}'", location=entry.place())
        for position, name in enumerate(entry.texts("params")):
            _declared(name, params, "rule", entry, "params", position)
        yield Rule(
            when=entry.text("when", "true"),
            require=entry.text("require"),
            params=entry.texts("params"),
            message=entry.text("message"),
            location=entry.place(),
        )


def read_requirements(reader: Reader) -> Iterator[Requirement]:
    """The entries of `requires`. Raises RegistryError unless each names exactly one thing."""
    for index, _ in enumerate(reader.items("requires")):
        entry = Reader(reader.document, (*reader.path, "requires", index))
        entry.only(*prototype_keys.REQUIREMENT)
        if sum(bool(entry.values.get(key)) for key in _REQUIRED) != 1:
            raise RegistryError(
                "requirement needs exactly one of 'kind', 'resource' and 'node_label'", location=entry.place()
            )
        if entry.texts("values") and not entry.texts("node_label"):
            raise RegistryError("'values' is only allowed with 'node_label'", location=entry.place("values"))
        yield Requirement(
            kind=entry.text("kind"),
            resource=entry.text("resource"),
            when=entry.text("when", "true"),
            source=entry.text("from"),
            location=entry.place(),
            upstream=entry.text("upstream"),
            node_labels=entry.texts("node_label"),
            values=entry.texts("values"),
        )


def read_combined_schemas(
    reader: Reader, params: Mapping[str, ParamSpec] | None = None
) -> Iterator[CombinedSchema]:
    """The entries of `allOf`: JSON Schemas over all parameters; `description` is the error message.

    Raises RegistryError if one has no description or refers to an unknown parameter (see `read_rules`).
    """
    for index, _ in enumerate(reader.items("allOf")):
        entry = Reader(reader.document, (*reader.path, "allOf", index))
        if not entry.text("description"):
            raise RegistryError(
                "schema in 'allOf' needs a 'description', which is its error message",
                location=entry.place(),
            )
        check_schema("schema in 'allOf'", entry.values, entry.place())
        names = tuple(dict.fromkeys(_named(entry.values)))
        for name in names:
            _declared(name, params, "schema in 'allOf'", entry)
        schema = expand_formats("schema in 'allOf'", entry.values, entry.place())
        yield CombinedSchema(schema, names, entry.text("description"), entry.place())


def concerns(check: Rule | Requirement | CombinedSchema, params: Container[str]) -> bool:
    """Whether the prototype has all parameters that a group's check uses; else the check is skipped."""
    texts = [check.when, check.require] if isinstance(check, Rule) else []
    texts += [check.when] if isinstance(check, Requirement) else []
    named = [name for text in texts for name in _MENTIONED.findall(text)]
    named += () if isinstance(check, Requirement) else check.params
    return all(name in params for name in named)


def _declared(
    name: str, params: Mapping[str, ParamSpec] | None, who: str, entry: Reader, *path: str | int
) -> None:
    if params is not None and name not in params:
        raise RegistryError(
            f"{who} refers to unknown parameter '{name}'",
            location=entry.place(*path),
            hint=did_you_mean(name, params),
        )


def _named(schema: Any) -> Iterator[str]:
    """The properties that a schema refers to (JSON Schema 2020-12: core §10, validation §6.5)."""
    if not isinstance(schema, Mapping):
        return
    for key in _NAMING:
        yield from schema.get(key) or ()
    yield from schema.get("required") or ()
    for names in (schema.get("dependentRequired") or {}).values():
        yield from names
    for key in _BELOW_ONE:
        yield from _named(schema.get(key))
    for below in (schema.get("dependentSchemas") or {}).values():
        yield from _named(below)
    for key in _BELOW_LIST:
        for below in schema.get(key) or ():
            yield from _named(below)
