"""The schemas that objects are checked against: those of a cluster, and those in CRDs of an app."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.kinds import is_definition, read_definition
from dlctl.manifest import ApiKey, JsonObject
from dlctl.schemas.document import RULES, Document, document_of, is_go_type
from dlctl.schemas.index import SchemaIndex
from dlctl.schemas.store import SchemaStore


class KindSchema(Struct, frozen=True):
    """The schema of a kind: the document that has it, and the schema's name there.

    `custom`: the kind is a CustomResourceDefinition's; the API server checks it by its schema alone.
    """

    document: Document
    name: str
    custom: bool


class SchemaCatalogue:
    """Looks up the schema of a kind; documents are read when first needed, and shared by later look-ups."""

    def __init__(self, index: SchemaIndex | None, store: SchemaStore) -> None:
        self.index = index
        self._store = store
        self._documents: dict[str, Document | None] = {}

    def serves(self, key: ApiKey) -> bool | None:
        """Whether the cluster serves the kind; None if that is not known."""
        if self.index is None:
            return None
        if key[0] not in self.index.documents:
            return False
        document = self.document(key[0])
        return None if document is None else key in document.kinds

    def kinds(self) -> frozenset[ApiKey]:
        """Every kind in the documents of the index; reads all of them."""
        versions = self.index.documents if self.index else ()
        documents = (self.document(version) for version in versions)
        return frozenset(key for document in documents if document for key in document.kinds)

    def lost(self, api_versions: Iterable[str]) -> tuple[str, ...]:
        """Those of the apiVersions whose documents the index names, but the store does not have."""
        named = self.index.documents if self.index else ()
        return tuple(sorted(each for each in set(api_versions) if each in named and not self.document(each)))

    def damaged(self, api_versions: Iterable[str]) -> tuple[str, ...]:
        """The files of those documents that are in the store, and cannot be read."""
        named = self.index.documents if self.index else {}
        files = (self._store.damaged(named[each]) for each in self.lost(api_versions))
        return tuple(str(file) for file in files if file)

    def find(self, key: ApiKey) -> KindSchema | None:
        """The cluster's schema of a kind; None if there is none, or its document is not in the store."""
        document = self.document(key[0])
        if document is None or key not in document.kinds:
            return None
        name = document.kinds[key]
        return KindSchema(document, name, custom=not is_go_type(name))

    def document(self, api_version: str) -> Document | None:
        """The document of a group and version; None if the index or the store does not have it."""
        if api_version not in self._documents:
            hashed = self.index.documents.get(api_version) if self.index else None
            self._documents[api_version] = self._store.document(hashed) if hashed else None
        return self._documents[api_version]


def has_rules(kind: KindSchema) -> bool:
    """Whether the schema of a custom kind has rules in CEL."""
    return kind.custom and _mentions(kind.document.schemas[kind.name], RULES)


def _mentions(schema: Any, key: str) -> bool:
    if isinstance(schema, Mapping):
        return key in schema or any(_mentions(part, key) for part in schema.values())
    return isinstance(schema, list) and any(_mentions(part, key) for part in schema)


def defined_schemas(objects: Iterable[JsonObject]) -> dict[ApiKey, KindSchema]:
    """The schemas in the CustomResourceDefinitions among the objects, by kind."""
    found: dict[ApiKey, KindSchema] = {}
    for body in objects:
        if is_definition(body):
            found.update(_defined(body))
    return found


def _defined(body: JsonObject) -> Iterator[tuple[ApiKey, KindSchema]]:
    kind = read_definition(body).group_kind
    for version in _versions(body):
        name, schema = str(version.get("name") or ""), _schema(version)
        if schema is not None and version.get("served", True):
            document = document_of({kind.kind: schema})
            yield (f"{kind.group}/{name}", kind.kind), KindSchema(document, kind.kind, custom=True)


def _versions(body: JsonObject) -> Iterator[Mapping[str, Any]]:
    spec = body.get("spec")
    stated = spec.get("versions") if isinstance(spec, Mapping) else None
    yield from (each for each in (stated if isinstance(stated, list) else ()) if isinstance(each, Mapping))


def _schema(version: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema of a version, with the fields that every object has."""
    holder = version.get("schema")
    schema = holder.get("openAPIV3Schema") if isinstance(holder, Mapping) else None
    if not isinstance(schema, Mapping):
        return None
    fields = schema.get("properties")
    own = fields if isinstance(fields, Mapping) else {}
    text = {"type": "string"}
    metadata = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {**schema, "properties": {**own, "apiVersion": text, "kind": text, "metadata": metadata}}
