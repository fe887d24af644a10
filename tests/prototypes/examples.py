"""Every example of every built-in prototype, and how to render one as a user's app would."""

import functools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.manifest import Manifest
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.render.rendering import Rendering
from dlctl.render.requirements import required_kinds
from dlctl.render.target import Renderer
from dlctl.yamlio.dump import dump, dump_documents
from dlctl.yamlio.load import load_file
from tests.prototypes.upstream import NAMESPACE

PROTOTYPES = Path(__file__).parents[2] / "prototypes"
CATALOGUE = catalogue_of(PROTOTYPES)
ALL = tuple(CATALOGUE.find(name) for name in CATALOGUE.names)
"""Every built-in prototype, loaded once for all tests."""
REGENERATE = os.environ.get("DLCTL_REGENERATE_EXAMPLES") == "1"
"""Write what is rendered into expected.yaml instead of comparing with it; read the difference."""


@dataclass(frozen=True, slots=True)
class Example:
    """One folder below a prototype's examples/."""

    folder: Path

    @property
    def prototype(self) -> str:
        return self.folder.parent.parent.name

    @property
    def params(self) -> Path:
        return self.folder / "params.yaml"

    @property
    def expected(self) -> Path:
        return self.folder / "expected.yaml"

    def __str__(self) -> str:
        return f"{self.prototype}-{self.folder.name}"


EXAMPLES = tuple(Example(file.parent) for file in sorted(PROTOTYPES.glob("*/*/examples/*/params.yaml")))


def render(
    prototype: str, params: Any, app: Path, name: str = "", namespace: str = "", patches: Any = ()
) -> tuple[Manifest, ...]:
    """Render a component of these parameters, in an app that is written into the empty folder `app`.

    The component is called as the prototype unless it has a `name`, and may have `patches`.
    """
    _write_app(prototype, params, app, name, namespace, patches)
    return _rendering(app).manifests


def _write_app(
    prototype: str, params: Any, app: Path, name: str = "", namespace: str = "", patches: Any = ()
) -> None:
    name = name or prototype
    base_name, name = name, name.replace(".", "-")
    component = {"prototype": prototype, "params": params, **({"patches": patches} if patches else {})}
    component |= {"name": base_name} if base_name != name else {}
    environment = app / "environments" / "example"
    environment.mkdir(parents=True)
    (app / "dlctl.yaml").write_text(
        dump(
            {
                "apiVersion": "dlctl.dev/v1",
                "kind": "App",
                "name": "example",
                "components": {name: component},
            }
        )
    )
    (environment / "environment.yaml").write_text(
        dump({"context": "example", "namespace": namespace or NAMESPACE})
    )


def _rendering(app: Path) -> Rendering:
    loaded = load_app(app)
    target = load_target(loaded, "example")
    own = loaded.prototypes_folder.is_dir()
    renderer = Renderer(catalogue_of(loaded.prototypes_folder)) if own else built_in()
    return renderer.render(target, loaded.components.values())


def needed_kinds(example: Example, app: Path) -> frozenset[str]:
    """The kinds of an example's objects, and those that its prototype requires with its parameters."""
    _write_app(example.prototype, load_file(example.params).value, app)
    rendering = _rendering(app)
    required = {entry.kind for _, entry in required_kinds(rendering)}
    made = {f"{each.body['apiVersion']}/{each.body['kind']}" for each in rendering.manifests}
    return frozenset(made | required)


@functools.cache
def built_in() -> Renderer:
    """Renders what needs no prototype of an app's own; templates are compiled once for a whole run."""
    return Renderer(CATALOGUE)


def render_example(example: Example, app: Path, namespace: str = "") -> tuple[Manifest, ...]:
    """Render an example's parameters."""
    return render(example.prototype, load_file(example.params).value, app, namespace=namespace)


def as_yaml(manifests: Iterable[Manifest]) -> str:
    """Manifests as expected.yaml keeps them."""
    return dump_documents(manifest.body for manifest in manifests)
