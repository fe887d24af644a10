"""Reading what a component renders to."""

from pathlib import Path
from typing import Any

from tests.prototypes.examples import render

Json = dict[str, Any]


def bodies(prototype: str, params: Json, app: Path, name: str = "") -> dict[str, Json]:
    """The objects by kind; of several of a kind, the last."""
    return {manifest.ref.kind: dict(manifest.body) for manifest in render(prototype, params, app, name=name)}


def variables(container: Json) -> dict[str, Any]:
    """The environment variables that have a plain value."""
    return {entry["name"]: entry.get("value") for entry in container.get("env", ())}
