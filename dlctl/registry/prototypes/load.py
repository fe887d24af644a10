"""Read prototype.yaml and the parameter groups that it uses."""

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app import prototype_keys
from dlctl.app.names import check_name
from dlctl.app.reader import Reader
from dlctl.errors import Location, RegistryError
from dlctl.registry.prototypes.checks import (
    CHECK_KEYS,
    concerns,
    read_combined_schemas,
    read_requirements,
    read_rules,
)
from dlctl.registry.prototypes.document_head import check_head, file_reader, registry_errors
from dlctl.registry.prototypes.fragments import fragment_folders
from dlctl.registry.prototypes.model import ROLES, CombinedSchema, ParamSpec, Prototype, Requirement, Rule
from dlctl.registry.prototypes.param_names import check_param_name
from dlctl.registry.prototypes.roles import PER_ROLE, read_roles, roles_param
from dlctl.registry.prototypes.schema_check import check_schema
from dlctl.registry.prototypes.source import PROTOTYPE_FILE, Source
from dlctl.registry.prototypes.string_formats import expand_formats
from dlctl.suggest import did_you_mean
from dlctl.text import type_name

ReadGroup = Callable[[str, Location], Reader]
"""Gives a group by its name, for what stands at a place. Raises RegistryError where there is none."""


class _Group(Struct, frozen=True):
    """A group as used by one prototype: `params` are those that the prototype includes."""

    reader: Reader
    params: dict[str, ParamSpec]


def load_prototype(
    source: Source, folder: Path, group_files: MutableMapping[Path, Reader] | None = None
) -> Prototype:
    """Read one prototype. Raises RegistryError or YamlError with file and line.

    `group_files` holds the groups that were read for other prototypes, and gets those that are read now.
    """
    with registry_errors():
        return _load(source, folder, {} if group_files is None else group_files)


def _load(source: Source, folder: Path, group_files: MutableMapping[Path, Reader]) -> Prototype:
    reader = file_reader(source, folder / PROTOTYPE_FILE)
    if reader.document.value is None:
        hint = "describe the prototype, at least as 'summary: What it creates'"
        raise RegistryError("the file is empty", location=reader.place(), hint=hint)
    reader.only(*prototype_keys.PROTOTYPE)
    check_head(reader, folder.name, "Prototype")
    check_name("a prototype", folder.name, Location(source.show(folder)))  # it is used as a label value
    required = reader.texts("required")
    read = _read_groups(source, folder, group_files)
    params = dict(_params(reader, "", required, read))
    groups = tuple(_groups(reader, required, read))
    for group in groups:
        for spec in group.params.values():
            params.setdefault(spec.name, spec)  # the prototype's own declarations win
    _check_names(reader, params, required)
    roles = read_roles(reader, params)
    if roles:
        params[ROLES] = roles_param(reader, roles, params)
    rules, requires, joint = _checks(reader, groups, params)
    return Prototype(
        name=folder.name,
        package=source.package_of(folder),
        summary=reader.text("summary"),
        description=reader.text("description"),
        folder=folder,
        fragment_folders=fragment_folders(source, folder),
        params=params,
        rules=rules,
        requires=requires,
        provides=reader.texts("provides"),
        source=source,
        location=reader.place(),
        combined_schemas=joint,
        roles=roles,
        dotted_names=reader.flag("dotted_names"),
        keywords=(
            *reader.texts("keywords"),
            *(word for group in groups for word in group.reader.texts("keywords")),
        ),
    )


def _read_groups(source: Source, folder: Path, known: MutableMapping[Path, Reader]) -> ReadGroup:
    def read(name: str, asked_by: Location) -> Reader:
        path = _group_file(source, folder, name, asked_by)
        if path not in known:
            known[path] = file_reader(source, path)
        return known[path]

    return read


def _checks(
    reader: Reader, groups: tuple[_Group, ...], params: dict[str, ParamSpec]
) -> tuple[tuple[Rule, ...], tuple[Requirement, ...], tuple[CombinedSchema, ...]]:
    """The prototype's own checks, then the checks of its groups that apply to its parameters."""
    rules = [*read_rules(reader, params)]
    requires = [*read_requirements(reader)]
    joint = [*read_combined_schemas(reader, params)]
    for group in groups:
        rules += (rule for rule in read_rules(group.reader) if concerns(rule, params))
        requires += (entry for entry in read_requirements(group.reader) if concerns(entry, params))
        joint += (schema for schema in read_combined_schemas(group.reader) if concerns(schema, params))
    return tuple(rules), tuple(requires), tuple(joint)


def _params(
    reader: Reader, group: str, required: tuple[str, ...], read: ReadGroup
) -> Iterator[tuple[str, ParamSpec]]:
    block = reader.block("params")
    for name, stated in block.values.items():
        place = reader.document.key_location((*reader.path, "params", name))
        check_param_name(name, place)
        if not isinstance(stated, dict):
            raise RegistryError(
                f"parameter '{name}' must be a JSON Schema, found {type_name(stated)}",
                location=place,
                hint="write '{type: string, description: …}'",
            )
        schema = _whole(f"parameter '{name}'", stated, read, place) if _has_shared(stated) else stated
        check_schema(f"parameter '{name}'", schema, place)
        for alias in schema.get("x-aliases", ()):
            check_param_name(str(alias), place, alias=True)
        expanded = expand_formats(f"parameter '{name}'", schema, place)
        per_role = bool(schema.get(PER_ROLE) or (group and reader.flag("per_role")))
        yield name, ParamSpec(name, expanded, name in required, group, place, per_role)


def _whole(subject: str, schema: dict[str, Any], read: ReadGroup, place: Location) -> dict[str, Any]:
    """The schema with those that it takes from groups."""
    from dlctl.registry.prototypes.shared_schemas import with_shared

    return with_shared(subject, schema, read, place)


def _has_shared(schema: Any) -> bool:
    """Whether a schema, or a part of it, is that of another parameter."""
    if isinstance(schema, dict):
        return "x-schema" in schema or any(map(_has_shared, schema.values()))
    return isinstance(schema, list) and any(map(_has_shared, schema))


def _groups(reader: Reader, required: tuple[str, ...], read: ReadGroup) -> Iterator[_Group]:
    for index, item in enumerate(reader.items("groups")):
        name, only, shared_by_all = _group(reader, index, item)
        group = read(name, reader.place("groups", index))
        group.only("keywords", "params", "per_role", *CHECK_KEYS)
        specs = dict(_params(group, name, required, read))
        for wanted in only:
            if wanted not in specs:
                raise RegistryError(
                    f"group '{name}' has no parameter '{wanted}'",
                    location=reader.place("groups", index),
                    hint=did_you_mean(wanted, specs),
                )
        used = {key: specs[key] for key in specs if not only or key in only}
        if shared_by_all:
            used = {key: replace(spec, per_role=False) for key, spec in used.items()}
        yield _Group(group, used)


def _group(reader: Reader, index: int, item: Any) -> tuple[str, tuple[str, ...], bool]:
    """Its name, the parameters that are used, and whether no role has values of its own of them."""
    if isinstance(item, str):
        return item, (), False
    if not isinstance(item, dict) or not item.get("name"):
        raise RegistryError(
            "group must be a name or {name: …, only: [...]}", location=reader.place("groups", index)
        )
    group = Reader(reader.document, (*reader.path, "groups", index))
    group.only(*prototype_keys.GROUP)
    return group.text("name"), group.texts("only"), group.flag("shared")


def _group_file(source: Source, folder: Path, name: str, asked_by: Location) -> Path:
    places = [parent / "groups" for parent in (folder, folder.parent, *source.shared_folders)]
    for place in places:
        if place.is_symlink():
            raise RegistryError(
                "symbolic links to folders are not followed", location=Location(source.show(place))
            )
        if (place / f"{name}.yaml").is_file():
            return place / f"{name}.yaml"
    known = [file.stem for place in places for file in sorted(place.glob("*.yaml"))]
    raise RegistryError(
        f"parameter group '{name}' not found", location=asked_by, hint=did_you_mean(name, known)
    )


def _check_names(reader: Reader, params: dict[str, ParamSpec], required: tuple[str, ...]) -> None:
    for index, name in enumerate(required):
        if name not in params:
            raise RegistryError(
                f"'{name}' is in 'required' but not declared",
                location=reader.place("required", index),
                hint=did_you_mean(name, params),
            )
    seen: dict[str, str] = {}
    for spec in params.values():
        for name in (spec.name, *spec.aliases):
            if name in seen:
                raise RegistryError(
                    f"'{name}' is a name of both '{seen[name]}' and '{spec.name}'", location=spec.location
                )
            seen[name] = spec.name
