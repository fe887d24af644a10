"""`show` of a thousand components against what its three library calls cost alone."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.apps import DEPLOYMENT, component_name, write_app, write_environment
from tests.benchmarks.comparison import measure, report, report_limit
from tests.benchmarks.programs import DLCTL, Programs

FLOOR = str(Path(__file__).with_name("render_floor.py"))
PARAMS: dict[str, Any] = {
    "replicas": 0,
    "cpu": "100m",
    "memory": "128Mi",
    "arguments": ["serve", "--verbose"],
    "env_vars": {"LEVEL": "info", "MODE": "fast"},
    "gpu": False,
}


@pytest.mark.parametrize(("components", "rounds"), [(1000, 7), (10_000, 1)])
def test_show_many(benchmark: BenchmarkFixture, programs: Programs, components: int, rounds: int) -> None:
    write_app(programs.folder, "web", components)
    write_environment(programs.folder, "bench", "bench", "none", "")
    cases = programs.folder / "cases.json"
    cases.write_text(json.dumps({"template": DEPLOYMENT, "scopes": [scope_of(i) for i in range(components)]}))
    command = (*DLCTL, "show", "bench")
    _same_objects(programs.run(*command).out, programs.run(sys.executable, FLOOR, str(cases)).out)
    ours, floor = measure(
        benchmark,
        ("dlctl show", lambda: programs.run(*command)),
        ("Jinja2, C parse, C dump", lambda: programs.run(sys.executable, FLOOR, str(cases))),
        rounds=rounds,
    )
    report(f"show of {components} components", ours, floor, at_most=1.5)
    report_limit(f"show of {components} components, memory", programs.peak(*command), "MB", 150)


def scope_of(index: int) -> dict[str, Any]:
    """What the template of a component has in scope."""
    params = {**PARAMS, "image": f"nginx:1.{index}"}
    return {"component": {"name": component_name(index)}, "params": params}


def _same_objects(ours: str, floor: str) -> None:
    """The floor does the same work: the same objects but for namespace and labels."""
    shown = list(yaml.load_all(ours, Loader=yaml.CSafeLoader))
    for body in shown:
        del body["metadata"]["labels"], body["metadata"]["namespace"]
    assert shown == list(yaml.load_all(floor, Loader=yaml.CSafeLoader))
