"""The JSON Schemas in docs/reference/output, and whether a document is what they say."""

import functools
import json
from typing import Any

import jsonschema_rs

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "docs" / "reference" / "output"
BASE = "file:///output/"
DEFINITIONS = "definitions"
ENVELOPE = {"apiVersion", "kind", "errors"}


@functools.cache
def schemas() -> dict[str, Any]:
    """Every schema by the kind that it is of; `definitions` has what they share."""
    suffix = ".schema.json"
    return {
        path.name.removesuffix(suffix): json.loads(path.read_text()) for path in FOLDER.glob("*" + suffix)
    }


def kinds() -> set[str]:
    """The kinds that have a schema."""
    return set(schemas()) - {DEFINITIONS}


@functools.cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    resources = [(f"{BASE}{name}.schema.json", schema) for name, schema in schemas().items()]
    registry = jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012)
    base = f"{BASE}{kind}.schema.json"
    return jsonschema_rs.Draft202012Validator(schemas()[kind], registry=registry, base_uri=base)


def checked(text: str, kind: str) -> Any:
    """The one JSON document that `text` is, once its kind's schema is known to accept it."""
    document = json.loads(text)
    assert document["kind"] == kind, text
    problems = [f"{error.instance_path}: {error.message}" for error in _validator(kind).iter_errors(document)]
    assert problems == []
    assert list(document) == [
        "apiVersion",
        "kind",
        *(key for key in document if key not in ENVELOPE),
        "errors",
    ]
    return document
