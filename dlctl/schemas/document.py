"""OpenAPI v3 documents: which kinds they describe, and what of them is kept.

A document describes one group and version. What is kept of it are its schemas without descriptions, which
are nine tenths of its size.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.manifest import ApiKey

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]
"""Schemas by the names under which `$ref` points to them."""

REF = "#/components/schemas/"
"""How a `$ref` in a document begins."""

KIND_KEY = "x-kubernetes-group-version-kind"
RULES = "x-kubernetes-validations"
"""The key of rules in CEL, which are not checked offline."""
_GO_TYPES = tuple(
    f"io.k8s.{package}."
    for package in ("api", "apimachinery", "apiextensions-apiserver", "kube-aggregator", "metrics")
)
_MAPS_OF_SCHEMAS = ("properties", "patternProperties", "definitions")
_WITHOUT_USE = frozenset({"description", "title", "example", "externalDocs"})
_VALUES = frozenset({"enum", KIND_KEY})
"""Keys whose values are no schemas."""


class Document(Struct, frozen=True):
    """The schemas of one group and version, and the schema's name of each kind."""

    schemas: Schemas
    kinds: Mapping[ApiKey, str]


def is_go_type(name: str) -> bool:
    """Whether a schema of this name describes a Go type of Kubernetes; else it is from a custom kind.

    The group of a custom kind can end in `.k8s.io` too: `io.k8s.networking.gateway.v1.Gateway`.
    """
    return name.startswith(_GO_TYPES)


def document_of(schemas: Schemas) -> Document:
    """The document of these schemas."""
    return Document(schemas, dict(_kinds(schemas)))


def _kinds(schemas: Schemas) -> Iterator[tuple[ApiKey, str]]:
    for name, schema in schemas.items():
        stated: list[Any] = schema.get(KIND_KEY) or []
        if len(stated) == 1:  # DeleteOptions and the like are of every group
            yield _api_key(stated[0]), name


def _api_key(stated: Mapping[str, Any]) -> ApiKey:
    group, version = str(stated.get("group") or ""), str(stated.get("version") or "")
    return f"{group}/{version}" if group else version, str(stated.get("kind") or "")


def compacted(document: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas of a document as an API server sent it, without texts for people and without paths."""
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, Mapping) else None
    return {name: _compact(schema) for name, schema in (schemas or {}).items()}


def _compact(value: Any) -> Any:
    if isinstance(value, list):
        return [_compact(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _part(key, item) for key, item in value.items() if key not in _WITHOUT_USE}


def _part(key: str, value: Any) -> Any:
    if key == RULES:  # they are not evaluated: only that there are some is kept
        return True
    if key == "default" and isinstance(value, dict | list):  # what it is matters for scalars alone
        return type(value)()
    if key in _VALUES:
        return value
    if key in _MAPS_OF_SCHEMAS and isinstance(value, dict):
        return {name: _compact(schema) for name, schema in value.items()}
    return _compact(value)


def packed(schemas: Schemas) -> bytes:
    """The bytes of a file with these schemas; equal schemas have equal bytes."""
    text = json.dumps(schemas, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode("utf-8"), mtime=0)


def unpacked(content: bytes) -> dict[str, Any]:
    """The schemas of such a file. Raises ValueError if it is damaged."""
    try:
        schemas = json.loads(gzip.decompress(content))
        return dict(schemas)
    except (OSError, EOFError, TypeError, zlib.error) as error:
        raise ValueError(str(error)) from error
