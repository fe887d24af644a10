"""Where a field of a rendered object was written, in the built-in prototypes, which use many fragments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.render.origin.find import FieldOrigin, FieldOrigins
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer
from dlctl.yamlio.dump import dump
from tests.prototypes.examples import CATALOGUE, EXAMPLES, PROTOTYPES, Example

Steps = tuple[str | int, ...]
RENDERER = Renderer(CATALOGUE)


def rendered(folder: Path, prototype: str, params: Any) -> Rendering:
    component = {"prototype": prototype, "params": params}
    body = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "a", "components": {"it": component}}
    (folder / "environments" / "x").mkdir(parents=True)
    (folder / "dlctl.yaml").write_text(dump(body))
    (folder / "environments" / "x" / "environment.yaml").write_text("context: x\nnamespace: ns\n")
    app = load_app(folder)
    return RENDERER.render(load_target(app, "x"), app.components.values())


def leaves(value: Any, path: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def line_of(origin: FieldOrigin) -> str:
    return (PROTOTYPES.parent / origin.location.path).read_text().splitlines()[origin.location.line - 1]


def is_ours(path: Steps) -> bool:
    """Labels and the namespace are set by dlctl, in no template."""
    return path[:2] in (("metadata", "labels"), ("metadata", "namespace"))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES[::25], ids=str)
def test_most_fields_are_found_at_the_line_that_names_them(example: Example, tmp_path: Path) -> None:
    from dlctl.yamlio.load import load_file

    found = rendered(tmp_path, example.prototype, load_file(example.params).value or {})
    origins = FieldOrigins(RENDERER, found)
    named = others = 0
    for manifest in found.manifests:
        for path in leaves(manifest.body):
            if is_ours(path):
                continue
            origin = origins.find(manifest, path)
            assert origin is not None
            line = line_of(origin)
            key = next(str(step) for step in reversed(path) if isinstance(step, str))
            named += key in line or "{{" in line or line.lstrip().startswith("- ")
            others += 1
    assert named >= 0.9 * others


@pytest.mark.parametrize(
    ("prototype", "params", "kind", "path", "line", "names"),
    [
        (
            "tf-serving",
            {"model_path": "gs://m", "replicas": 3},
            "Deployment",
            ("spec", "replicas"),
            "replicas: {{ params.replicas",
            {"replicas"},
        ),
        (
            "tf-serving",
            {"model_path": "gs://m"},
            "Service",
            ("spec", "type"),
            "type: {{ type }}",
            {"service_type"},
        ),
        (
            "batch-job",
            {"image": "i", "num_gpus": 4},
            "Job",
            ("spec", "template", "spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"),
            "{{ params.gpu_resource }}: {{ counted }}",
            {"num_gpus"},
        ),
        (
            "batch-job",
            {"image": "registry.example.com/a:1"},
            "Job",
            ("spec", "template", "spec", "containers", 0, "image"),
            "image: {{ image if image is defined",
            {"image"},
        ),
    ],
)
def test_lines_and_parameters(
    prototype: str, params: Any, kind: str, path: Steps, line: str, names: set[str], tmp_path: Path
) -> None:
    found = rendered(tmp_path, prototype, params)
    (manifest,) = (each for each in found.manifests if each.ref.kind == kind)
    origin = FieldOrigins(RENDERER, found).find(manifest, path)
    assert origin is not None
    assert line in line_of(origin)
    assert origin.params == names


def test_a_field_that_dlctl_sets_is_at_its_parent(tmp_path: Path) -> None:
    found = rendered(tmp_path, "tf-serving", {"model_path": "gs://m"})
    (manifest,) = (each for each in found.manifests if each.ref.kind == "Deployment")
    origin = FieldOrigins(RENDERER, found).find(manifest, ("metadata", "namespace"))
    assert origin is not None
    assert line_of(origin).startswith("metadata:")
