"""What the definition of a kind declares, and what an object has beyond it."""

from collections.abc import Iterator
from typing import Any

from dlctl.yamlio.load import load_text
from tests.prototypes.upstream import definitions


def schemas_of(api_version: str, kind: str) -> Iterator[Any]:
    """The schema of this version of a kind; nothing where nobody here defines it."""
    version = api_version.rpartition("/")[2]
    for file in definitions(api_version, kind):
        spec = load_text(file.read_text(), file.name).value["spec"]
        old = {"name": spec.get("version"), "schema": spec.get("validation")}  # as before Kubernetes 1.16
        yield from (
            each["schema"]["openAPIV3Schema"]
            for each in spec.get("versions", [old])
            if each["name"] == version
        )


def declared(schema: Any, path: str = "") -> Iterator[str]:
    """The fields that a schema names, as `.spec.steps[].name`."""
    for key, inner in schema.get("properties", {}).items():
        yield f"{path}.{key}"
        yield from declared(inner, f"{path}.{key}")
    if "items" in schema:
        yield from declared(schema["items"], f"{path}[]")


def undeclared(schema: Any, value: Any, path: str) -> Iterator[str]:
    """The fields of the value that the schema does not name, below the places where it names some."""
    known = schema.get("properties", {})
    if isinstance(value, dict) and known:
        for key, item in value.items():
            if key in known:
                yield from undeclared(known[key], item, f"{path}.{key}")
            elif key not in ("apiVersion", "kind", "metadata"):
                yield f"{path}.{key}"
    elif isinstance(value, list):
        for item in value:
            yield from undeclared(schema.get("items", {}), item, path)


def used(value: Any, path: str = "") -> Iterator[str]:
    """The fields of an object, in the form of `declared`; without its identity."""
    if isinstance(value, dict):
        for key, item in value.items():
            if path or key not in ("apiVersion", "kind", "metadata"):
                yield f"{path}.{key}"
                yield from used(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from used(item, f"{path}[]")
