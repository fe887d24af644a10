"""Check rendered objects: names and labels, API versions, and the schemas of their kinds."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dlctl.kinds import DEFINITION
from dlctl.manifest import ApiKey, JsonObject, Manifest
from dlctl.schemas.catalogue import KindSchema, SchemaCatalogue, defined_schemas
from dlctl.schemas.definition_rules import definition_problems
from dlctl.schemas.extended_resources import extended_resource_problems
from dlctl.schemas.metadata import metadata_problems
from dlctl.schemas.model import Level, Problem
from dlctl.schemas.removed_apis import Release, old_version_problem
from dlctl.schemas.top_level import top_level_problems

if TYPE_CHECKING:
    from dlctl.schemas.check import SchemaChecker


class ObjectChecks:
    """The checks of one environment's objects; compiled schemas are kept, and what had none.

    `release` is that of the environment's cluster, None if it is not known. `packaged` are the CRDs that
    packages bring and nobody applies.
    """

    def __init__(
        self,
        catalogue: SchemaCatalogue,
        manifests: Iterable[Manifest],
        release: Release | None,
        packaged: Iterable[JsonObject] = (),
    ) -> None:
        self._catalogue = catalogue
        self._release = release
        self._defined = defined_schemas(manifest.body for manifest in manifests)
        self._packaged = defined_schemas(packaged)
        self._checkers: dict[ApiKey, SchemaChecker | None] = {}
        self.unusable: dict[ApiKey, str] = {}

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        """Every problem of one object, each once."""
        yield from dict.fromkeys(self._problems(manifest))

    def _problems(self, manifest: Manifest) -> Iterator[Problem]:
        yield from metadata_problems(manifest.body)
        yield from extended_resource_problems(manifest.body)
        old = old_version_problem(manifest.api_key, self._release)
        if old is not None:
            yield old
        if manifest.ref.group_kind == DEFINITION:
            yield from definition_problems(manifest.body)
        checker = self._checker(manifest.api_key)
        if checker is not None:
            yield from checker.problems(manifest.body)
        else:
            yield from top_level_problems(manifest.body)

    def is_removed(self, manifest: Manifest) -> bool:
        """Whether the cluster's release does not serve the object's API version any more."""
        old = old_version_problem(manifest.api_key, self._release)
        return old is not None and old.level is Level.ERROR

    def schema(self, key: ApiKey) -> KindSchema | None:
        """The schema of a kind: of the app's own CRD, which is applied first, else the cluster's.

        Where neither has it: that of a package's CRD.
        """
        return self._defined.get(key) or self._catalogue.find(key) or self._packaged.get(key)

    def has_fields_checked(self, manifest: Manifest) -> bool:
        """Whether the object is checked against a schema that can be used."""
        return self._checker(manifest.api_key) is not None

    def _checker(self, key: ApiKey) -> "SchemaChecker | None":
        if key not in self._checkers:
            self._checkers[key] = self._made(key)
        return self._checkers[key]

    def _made(self, key: ApiKey) -> "SchemaChecker | None":
        schema = self.schema(key)
        if schema is None:
            return None
        from dlctl.schemas.check import SchemaChecker, SchemaError

        try:
            return SchemaChecker(schema)
        except SchemaError as error:
            self.unusable[key] = str(error)
            return None
