"""The model of prototypes, their parameters and their checks."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from dlctl.errors import Location
from dlctl.manifest import GroupKind, PodPlace
from dlctl.registry.prototypes.secret_schema import has_secret, without_values
from dlctl.registry.prototypes.source import Source


class ParamSpec(Struct, frozen=True, eq=False):
    """A parameter as declared by a prototype or a shared group; compared by identity.

    `schema` is its JSON Schema 2020-12; `group` is empty for the prototype's own parameters. With
    `per_role` the roles of a prototype may have own values of it.
    """

    name: str
    schema: Mapping[str, Any]
    required: bool
    group: str
    location: Location | None
    per_role: bool = False

    @property
    def description(self) -> str:
        """The text for `--help` and `prototype describe`."""
        return str(self.schema.get("description", ""))

    @property
    def types(self) -> tuple[str, ...]:
        """The accepted JSON types; empty means any."""
        declared = self.schema.get("type", ())
        return (declared,) if isinstance(declared, str) else tuple(declared)

    @property
    def shown_schema(self) -> dict[str, Any]:
        """The schema for display; that of a secret contains no values."""
        return dict(without_values(self.schema) if self.secret else self.schema)

    @property
    def has_default(self) -> bool:
        """Whether the schema states a default."""
        return "default" in self.schema

    @property
    def default(self) -> Any:
        """The default, or None."""
        return self.schema.get("default")

    @property
    def secret(self) -> bool:
        """Whether its value must never be shown; true if any part of it is secret."""
        return _is_secret(self)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Older spellings, such as ksonnet's `numGpus`."""
        return tuple(self.schema.get("x-aliases", ()))


@lru_cache(maxsize=4096)
def _is_secret(spec: ParamSpec) -> bool:
    """Whether the schema has a secret; cached, because it walks the schema and is called for every value."""
    return has_secret(spec.schema)


ROLES = "roles"
"""The parameter that has the values of single roles."""

NULLS_OF_ROLES = "nulls_of_roles"
"""The name of the lists that `nulls` is in the fragments of the roles; no template reads it."""


class Role(Struct, frozen=True):
    """A kind of pods, such as workers. `own` are the parameters whose shared values it does not take.

    It does take them where the boolean parameter `unless` is true; empty: never.
    """

    description: str
    own: tuple[str, ...] = ()
    unless: str = ""


class Rule(Struct, frozen=True):
    """A check of several values: if `when` is true, `require` must be true. Both are expressions."""

    when: str
    require: str
    params: tuple[str, ...]
    message: str
    location: Location | None


class CombinedSchema(Struct, frozen=True):
    """A JSON Schema 2020-12 for the object of all set values; `params` are those that it refers to."""

    schema: Mapping[str, Any]
    params: tuple[str, ...]
    message: str
    location: Location | None


class Requirement(Struct, frozen=True):
    """What a cluster must have: a `kind` (group/version/Kind), a device `resource`, or node labels.

    A node must have one of `node_labels`, with one of `values` if there are any. `source` is the
    prototype that provides it; else `upstream` describes the project that does.
    """

    kind: str
    resource: str
    when: str
    source: str
    location: Location | None
    upstream: str = ""
    node_labels: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def provider(self) -> str:
        """What provides it, as the subject of a sentence; empty if not known."""
        return f"prototype '{self.source}'" if self.source else self.upstream


class PackageKind(Struct, frozen=True):
    """What a package states of a custom kind: its scope, and its pods; None: which it makes is not stated."""

    namespaced: bool = True
    pods: tuple[PodPlace, ...] | None = None


PackageKinds = Mapping[GroupKind, PackageKind]
NO_KINDS: PackageKinds = MappingProxyType({})


class Alternative(Struct, frozen=True):
    """Another value of a parameter, with which a component needs other kinds instead; `kinds` has these, each
    as apiVersion and kind; there may be none.
    """

    param: str
    value: str
    kinds: tuple[tuple[str, str], ...]


class Package(Struct, frozen=True):
    """A folder of prototypes, with the content of its package.yaml."""

    name: str
    summary: str = ""
    kinds: PackageKinds = field(default_factory=dict)


class Prototype(Struct, frozen=True):
    """A prototype: templates with typed parameters, from which components are made.

    `folder` holds prototype.yaml and templates/; `fragment_folders` are searched in order.
    `params` are in the order of declaration, the prototype's own before those of its groups.
    `keywords` are words that people type for it, its groups' included, which no other text has.
    `provides` has the kinds (group/version/Kind) that its objects add to a cluster.
    `dotted_names`: the base name of its objects may have dots.
    """

    name: str
    package: str
    summary: str
    description: str
    folder: Path
    fragment_folders: tuple[Path, ...]
    params: Mapping[str, ParamSpec]
    rules: tuple[Rule, ...]
    requires: tuple[Requirement, ...]
    provides: tuple[str, ...]
    source: Source
    location: Location
    combined_schemas: tuple[CombinedSchema, ...] = ()
    roles: Mapping[str, Role] = MappingProxyType({})
    dotted_names: bool = False
    keywords: tuple[str, ...] = ()

    @property
    def builtin(self) -> bool:
        """Whether it is built in."""
        return self.source.builtin

    @property
    def templates_folder(self) -> Path:
        """The folder of its templates."""
        return self.folder / "templates"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its parameters, then their aliases."""
        return (*self.params, *(alias for spec in self.params.values() for alias in spec.aliases))

    def spec(self, name: str) -> ParamSpec | None:
        """The parameter of this name or alias."""
        if name in self.params:
            return self.params[name]
        return next((spec for spec in self.params.values() if name in spec.aliases), None)

    def typed_spec(self, name: str) -> ParamSpec | None:
        """The parameter of a name on a command line, where hyphens may stand for underscores."""
        return self.spec(name) or self.spec(name.replace("-", "_"))


class ListedPrototype(Struct, frozen=True):
    """What a list shows of a prototype."""

    name: str
    package: str
    summary: str
    folder: Path
    source: Source
