"""Faults in CustomResourceDefinitions."""

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.schemas.oracle.mutations import Mutant, Path

GROUP = "oracle.example.com"


def renamed(definition: Any) -> Any:
    """The definition in a group that no cluster has yet: checks of a changed one are laxer."""
    spec = {**definition["spec"], "group": GROUP}
    metadata = {"name": f"{spec['names']['plural']}.{GROUP}"}
    return {**definition, "spec": spec, "metadata": metadata}


def mutants(definition: Any, seed: str) -> Iterator[Mutant]:
    """One mutant of a definition for each class of fault that its schema has a place for."""
    for fault, (fits, change) in FAULTS.items():
        chance = random.Random(f"{seed}/{fault}")
        places = [path for path, schema in _schemas(definition) if fits(schema)]
        if places:
            path = chance.choice(places)
            changed = copy.deepcopy(definition)
            change(_at(changed, path))
            yield Mutant(fault, path, changed)
    for fault, whole in WHOLE.items():
        changed = copy.deepcopy(definition)
        whole(changed)
        yield Mutant(fault, (), changed)


def _schemas(definition: Any) -> Iterator[tuple[Path, Any]]:
    for index, version in enumerate(definition["spec"]["versions"]):
        path: Path = ("spec", "versions", index, "schema", "openAPIV3Schema")
        yield from (
            (found, schema) for found, schema in _inside(_at(definition, path), path) if found != path
        )
        if not version.get("schema"):
            return


def _inside(schema: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, schema
    for name, part in schema.get("properties", {}).items():
        if (len(path), name) != (5, "metadata"):
            yield from _inside(part, (*path, "properties", name))
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _inside(schema[key], (*path, key))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _has_fields(schema: Any) -> bool:
    return bool(schema.get("properties"))


Fault = tuple[Callable[[Any], bool], Callable[[Any], Any]]
FAULTS: Mapping[str, Fault] = {
    "CRD: no type": (
        lambda schema: "type" in schema and not _is_free(schema),
        lambda schema: schema.pop("type"),
    ),
    "CRD: no items": (lambda schema: "items" in schema, lambda schema: schema.pop("items")),
    "CRD: closed": (_has_fields, lambda schema: schema.update(additionalProperties=False)),
    "CRD: fields and others": (
        _has_fields,
        lambda schema: schema.update(additionalProperties={"type": "string"}),
    ),
    "CRD: uniqueItems": (lambda schema: "items" in schema, lambda schema: schema.update(uniqueItems=True)),
    "CRD: patternProperties": (
        _has_fields,
        lambda schema: schema.update(patternProperties={"a": {"type": "string"}}),
    ),
    "CRD: type in a branch": (
        _has_fields,
        lambda schema: schema.update(anyOf=[{"type": "object"}]),
    ),
    "CRD: default in a branch": (
        _has_fields,
        lambda schema: schema.update(
            allOf=[{"properties": {next(iter(schema["properties"])): {"default": 1}}}]
        ),
    ),
    "CRD: map without keys": (
        lambda schema: "items" in schema,
        lambda schema: (
            schema.update({"x-kubernetes-list-type": "map"}),
            schema.pop("x-kubernetes-list-map-keys", None),
        ),
    ),
    "CRD: keys without map": (
        lambda schema: _has_fields(schema.get("items", {})),
        lambda schema: schema.update(
            {"x-kubernetes-list-type": "atomic", "x-kubernetes-list-map-keys": ["name"]}
        ),
    ),
    "CRD: unknown keyword": (_has_fields, lambda schema: schema.update(propertis={})),
}
"""Faults in the schema of a field: where they can be, and the change."""


def _is_free(schema: Any) -> bool:
    return bool(
        schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    )


WHOLE: Mapping[str, Callable[[Any], Any]] = {
    "CRD: another name": lambda body: body["metadata"].update(name=f"x{body['metadata']['name']}"),
    "CRD: no storage version": lambda body: [each.update(storage=False) for each in body["spec"]["versions"]],
    "CRD: no schema": lambda body: body["spec"]["versions"][0].pop("schema"),
    "CRD: a version twice": lambda body: body["spec"]["versions"].append(
        {**body["spec"]["versions"][0], "storage": False}
    ),
    "CRD: scope": lambda body: body["spec"].update(scope="Everywhere"),
    "CRD: no kind": lambda body: body["spec"]["names"].pop("kind"),
}
"""Faults in the definition itself."""
