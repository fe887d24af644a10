"""A folder of templates made from a dictionary, and the engine on top of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import RenderError
from dlctl.render.engine.engine import Engine
from dlctl.render.engine.model import Rendered
from dlctl.render.engine.template_set import TemplateSet


@dataclass(frozen=True, slots=True)
class Workbench:
    """Renders templates given as `name: text`; names that start with `fragments/` are fragments."""

    root: Path
    engine: Engine

    def set_of(self, files: Mapping[str, str]) -> TemplateSet:
        (self.root / "templates").mkdir(exist_ok=True)
        (self.root / "fragments").mkdir(exist_ok=True)
        for name, text in files.items():
            path = self.root / (name if name.startswith("fragments/") else f"templates/{name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return TemplateSet(
            self.root / "templates",
            (self.root / "fragments",),
            lambda path: path.relative_to(self.root).as_posix(),
        )

    def rendered(self, files: Mapping[str, str] | str, /, **params: Any) -> tuple[Rendered, ...]:
        templates = {"a.yaml.j2": files} if isinstance(files, str) else files
        scope = {
            "params": params,
            "component": {"name": "cnn", "namespace": "kubeflow"},
            "environment": {"name": "gke", "namespace": "kubeflow"},
            "cluster": {},
        }
        loaded = self.engine.load(self.set_of(templates))
        return self.engine.render(loaded, scope, subject="component cnn in environment gke")

    def values(self, files: Mapping[str, str] | str, /, **params: Any) -> list[Any]:
        return [one.value for one in self.rendered(files, **params)]

    def value(self, files: Mapping[str, str] | str, /, **params: Any) -> Any:
        (found,) = self.values(files, **params)
        return found

    def evaluated(self, expression: str, /, **params: Any) -> Any:
        return self.value(f"found: {{{{ [{expression}] }}}}", **params)["found"][0]

    def error(self, files: Mapping[str, str] | str, /, **params: Any) -> RenderError:
        with pytest.raises(RenderError) as caught:
            self.rendered(files, **params)
        return caught.value


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path, Engine())


def reported(error: RenderError) -> str:
    """An error as people read it: each problem with its place, and the hint below it."""
    lines = []
    for problem in error.problems or (error,):
        lines.append(str(problem))
        if problem.hint:
            lines.append(f"  {problem.hint}")
    return "\n".join(lines)
