"""What the serving prototypes render, without what every object of an app bears."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.prototypes.examples import render

OURS = ("app.kubernetes.io/", "dlctl.dev/")


def rendered(prototype: str, params: dict[str, Any], app: Path, name: str = "") -> list[dict[str, Any]]:
    """The objects of a component, without our labels and its namespace."""
    return [_bare(manifest.body) for manifest in render(prototype, params, app, name=name)]


def _bare(body: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in body["metadata"].items() if key != "namespace"}
    labels = {key: value for key, value in metadata.pop("labels", {}).items() if not key.startswith(OURS)}
    return {**body, "metadata": {**metadata, "labels": labels} if labels else metadata}
