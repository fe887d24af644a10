"""Check rendered objects against the schemas of their kinds."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dlctl.manifest import ApiKey, Manifest
from dlctl.schemas.catalogue import KindSchema, SchemaCatalogue, defined_schemas
from dlctl.schemas.model import Problem

if TYPE_CHECKING:
    from dlctl.schemas.check import SchemaChecker


class ObjectChecks:
    """The checks of one environment's objects; notes what could not be checked."""

    def __init__(self, catalogue: SchemaCatalogue, manifests: Iterable[Manifest]) -> None:
        self._catalogue = catalogue
        self._defined = defined_schemas(manifest.body for manifest in manifests)
        self._checkers: dict[ApiKey, SchemaChecker | None] = {}
        self.without_schema: dict[ApiKey, str] = {}

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        """Every problem of one object."""
        checker = self._checker(manifest.api_key)
        if checker is not None:
            yield from checker.problems(manifest.body)

    def schema(self, key: ApiKey) -> KindSchema | None:
        """The schema of a kind: of the app's own CRD, which is applied first, else the cluster's."""
        return self._defined.get(key) or self._catalogue.find(key)

    def _checker(self, key: ApiKey) -> "SchemaChecker | None":
        if key not in self._checkers:
            self._checkers[key] = self._made(key)
        return self._checkers[key]

    def _made(self, key: ApiKey) -> "SchemaChecker | None":
        from dlctl.schemas.check import SchemaChecker, SchemaError

        schema = self.schema(key)
        if schema is None:
            self.without_schema[key] = "no schema"
            return None
        try:
            return SchemaChecker(schema)
        except SchemaError as error:
            self.without_schema[key] = f"its schema cannot be used: {error}"
            return None
