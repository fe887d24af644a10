"""Objects that upstream installs with its controllers: the runtimes of Kubeflow Trainer."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dlctl.sandbox.host.server import Server
from dlctl.sandbox.operators.model import Presets


def apply_presets(server: Server, module: Path, presets: Presets) -> None:
    """Apply all presets, which are cluster-scoped, with the changes of upstream's kustomization."""
    overlay = yaml.safe_load((module / presets.overlay).read_bytes())
    tags = {image["name"]: image["newTag"] for image in overlay.get("images", ())}
    labels = {key: value for each in overlay.get("labels", ()) for key, value in each["pairs"].items()}
    for file in (path for pattern in presets.patterns for path in sorted(module.glob(pattern))):
        preset = _tagged(yaml.safe_load(file.read_bytes()), tags)
        preset["metadata"]["labels"] = {**preset["metadata"].get("labels", {}), **labels}
        server.apply(_path(preset), yaml.safe_dump(preset).encode())


def _path(preset: Mapping[str, Any]) -> str:
    return f"/apis/{preset['apiVersion']}/{preset['kind'].lower()}s/{preset['metadata']['name']}"


def _tagged(value: Any, tags: Mapping[str, str]) -> Any:
    """The value with the tags of `tags` in its images."""
    if isinstance(value, dict):
        return dict(_tagged_entries(value, tags))
    return [_tagged(item, tags) for item in value] if isinstance(value, list) else value


def _tagged_entries(mapping: Mapping[str, Any], tags: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key, value in mapping.items():
        tag = tags.get(value) if key == "image" and isinstance(value, str) else None
        yield key, f"{value}:{tag}" if tag else _tagged(value, tags)
