"""The JSON Schemas of an app's files with the parameters of its own components: for editors."""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.app.environments import environment_names, load_environment
from dlctl.app.file_schemas import file_schemas
from dlctl.app.model import App
from dlctl.errors import DlctlError
from dlctl.params.stated_schema import stated_schema
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import ParamSpec, Prototype

Schema = Mapping[str, Any]
Prototypes = Mapping[str, tuple[Prototype, ...]]
"""By the name that components state: more than one where environments have other versions, else none."""


def typed_schemas(app: App, catalogue: Catalogue, components: Mapping[str, str] | None = None) -> Schema:
    """`file_schemas`, with the parameters of the app's components in those of dlctl.yaml and params.yaml.

    `components` has the name of the prototype by component (default: those of the app). Parameters of a
    prototype that cannot be read have no types.
    """
    if components is None:
        components = app.prototypes
    prototypes = _prototypes(app, catalogue, sorted(set(components.values())))
    schemas = dict(file_schemas())
    parts = {f"parameters-{number}": _params(found) for number, found in enumerate(prototypes.values())}
    refs = {name: {"$ref": f"#/$defs/{part}"} for name, part in zip(prototypes, parts, strict=True)}
    schemas["app"] = _app(schemas["app"], refs, parts)
    schemas["params"] = _file_of_params(schemas["params"], components, refs, parts, prototypes)
    return schemas


def _prototypes(app: App, catalogue: Catalogue, names: Iterable[str]) -> Prototypes:
    catalogues = [catalogue, *_of_environments(app, catalogue)]
    return {name: _found(name, catalogues) for name in names}


def _of_environments(app: App, catalogue: Catalogue) -> Iterable[Catalogue]:
    """The catalogues of the environments that have other versions of packages."""
    for name in environment_names(app) if app.packages else ():
        try:
            environment = load_environment(app, name)
            if environment.packages:
                yield catalogue.within(environment)
        except DlctlError:
            continue


def _found(name: str, catalogues: Iterable[Catalogue]) -> tuple[Prototype, ...]:
    try:
        found = [catalogue.find(name) for catalogue in catalogues]
    except DlctlError:
        return ()
    return tuple({id(prototype): prototype for prototype in found}.values())


def _params(prototypes: tuple[Prototype, ...]) -> Schema:
    """The schema of a mapping with the parameters of a prototype, whichever of its versions."""
    if not prototypes:
        return {"type": ["object", "null"]}
    versions = [
        {"type": ["object", "null"], "additionalProperties": False, "properties": _properties(prototype)}
        for prototype in prototypes
    ]
    return versions[0] if len(versions) == 1 else {"anyOf": versions}


def _properties(prototype: Prototype) -> dict[str, Any]:
    specs = prototype.params.values()
    own = {spec.name: stated_schema(spec) for spec in specs}
    aliases = {alias: _alias(spec, own[spec.name]) for spec in specs for alias in spec.aliases}
    return {**aliases, **own}


def _alias(spec: ParamSpec, schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "description": f"Another spelling of {spec.name}.", "deprecated": True}


def _app(schema: Schema, refs: Mapping[str, Schema], parts: Mapping[str, Schema]) -> Schema:
    """A component's parameters by the prototype that it names, also of components that are added."""
    component = schema["$defs"]["component"]
    typed = [
        {
            "if": {"properties": {"prototype": {"const": name}}},
            "then": {"properties": {"params": ref}},
        }
        for name, ref in refs.items()
    ]
    defs = {**schema["$defs"], "component": {**component, **({"allOf": typed} if typed else {})}, **parts}
    return {**schema, "$defs": defs}


def _file_of_params(
    schema: Schema,
    components: Mapping[str, str],
    refs: Mapping[str, Schema],
    parts: Mapping[str, Schema],
    prototypes: Prototypes,
) -> Schema:
    properties = schema["properties"]
    wide = {**properties["params"], **_for_every_component(prototypes)}
    single = {
        **properties["components"],
        "properties": {
            name: {"allOf": [{"type": "object"}, refs[prototype]]} for name, prototype in components.items()
        },
    }
    typed = {**schema, "properties": {**properties, "params": wide, "components": single}}
    return {**typed, "$defs": dict(parts)} if parts else typed


def _for_every_component(prototypes: Prototypes) -> dict[str, Any]:
    """The parameters that any component declares; a value must be right for each of them.

    Where environments have other versions of a prototype, any value is.
    """
    found: dict[str, list[Any]] = {}
    for versions in prototypes.values():
        for prototype in versions:
            for name, schema in _properties(prototype).items():
                known = found.setdefault(name, [])
                if schema not in known and len(versions) == 1:
                    known.append(schema)
    typed = {name: {"allOf": each} if len(each) > 1 else (*each, {})[0] for name, each in found.items()}
    known_all = all(prototypes.values())
    return {"properties": typed, **({"additionalProperties": False} if known_all and typed else {})}
