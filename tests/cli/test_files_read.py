"""How often one command reads each file: an app, a kubeconfig and a prototype once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlctl.registry.prototypes.source import builtin_source
from tests.project import Project

pytestmark = pytest.mark.slow

PROGRAM = str(Path(__file__).with_name("counting_opens.py"))
Counts = dict[str, int]


@pytest.fixture
def fleet(app: Project) -> Project:
    """Three environments, whose contexts lead to a port where nobody listens."""
    app.write({"environments/test/environment.yaml": "context: dev\nextends: [dev]\n"})
    names = ("dev", "prod")
    config = {
        "clusters": [{"name": "far", "cluster": {"server": "http://127.0.0.1:1"}}],
        "contexts": [{"name": name, "context": {"cluster": "far"}} for name in names],
    }
    Path(app.environ["KUBECONFIG"]).write_text(json.dumps(config))
    return app


def read_by(project: Project, *words: str, codes: tuple[int, ...] = (0,)) -> Counts:
    """How often `dlctl WORDS` opens YAML files, the app's by path below its root, and the kubeconfig."""
    counts = project.root.parent / "counts.json"
    ran = subprocess.run(
        [sys.executable, PROGRAM, str(counts), *words],
        cwd=project.root,
        env={**os.environ, **project.environ},
        capture_output=True,
        text=True,
    )
    assert ran.returncode in codes, ran.stderr
    named = {_name(project, path): count for path, count in json.loads(counts.read_text()).items()}
    return {name: count for name, count in sorted(named.items()) if name}


def _name(project: Project, path: str) -> str:
    if path == project.environ["KUBECONFIG"]:
        return "kubeconfig"
    if path.endswith(".yaml") and Path(path).is_relative_to(project.root):
        return Path(path).relative_to(project.root).as_posix()
    return path if path.endswith(".yaml") else ""


def without_shared(counts: Counts) -> Counts:
    return {name: count for name, count in counts.items() if not Path(name).is_relative_to(SHARED)}


SHARED = builtin_source().folder / "_shared"
"""Groups that any prototype may use: their content counts for what is kept of a rendering."""
APP = {"dlctl.yaml": 1}
PAGE = {"prototypes/pages/page/prototype.yaml": 1}
FIRST = {"prototypes/pages/page/prototype.yaml": 3, "prototypes/pages/package.yaml": 2}
"""A prototype that is not stored yet: it is compared, parsed, and compared again."""


def rendered(environments: int, more: int = 0) -> Counts:
    """Counts of a first rendering: the content is compared before and after the prototype is parsed, since it
    is stored, and after each environment.

    Each environment with values for all components compares once `more`: names of parameters are stored too.
    """
    times = environments + more
    folder = "prototypes/pages"
    return {f"{folder}/page/prototype.yaml": 3 + times, f"{folder}/package.yaml": 2 + times}


STORED = {"prototypes/pages/page/prototype.yaml": 1, "prototypes/pages/package.yaml": 1}
"""There is no package.yaml, which is looked for."""
KUBECONFIG = {"kubeconfig": 1}


def environment(name: str, times: int = 1) -> Counts:
    return {f"environments/{name}/{file}.yaml": times for file in ("environment", "params")}


DEV, PROD = environment("dev"), environment("prod")
TEST = {"environments/test/environment.yaml": 1, **environment("dev", 2)}
"""`test` has no params.yaml, and extends `dev`, which is read for each environment that needs it."""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("show dev", APP | rendered(1) | DEV),
        ("show dev prod", APP | rendered(2, more=1) | DEV | PROD),
        ("show dev -c web", APP | rendered(1) | DEV),
        ("param list", APP | FIRST),
        ("param list --env dev", APP | FIRST | DEV),
        ("param explain web replicas --env dev", APP | FIRST | DEV),
        ("param diff dev prod", APP | FIRST | DEV | PROD),
        ("env list", APP | DEV | PROD | TEST),
        ("env describe dev", APP | DEV | KUBECONFIG),
        ("env describe dev --offline", APP | DEV),
        ("component list", APP),
        ("prototype describe page", APP | FIRST),
        ("prototype preview page", APP | FIRST),
    ],
)
def test_reading(fleet: Project, words: str, expected: Counts) -> None:
    first = without_shared(read_by(fleet, *words.split(), codes=(0, 1)))  # 1: there are differences
    assert first == expected
    again = without_shared(read_by(fleet, *words.split(), codes=(0, 1)))
    assert again == {name: STORED.get(name, count) for name, count in expected.items()}


@pytest.mark.parametrize("command", ["diff", "status"])
def test_three_environments_share_the_app_the_prototypes_and_the_kubeconfig(
    fleet: Project, command: str
) -> None:
    expected = APP | rendered(3, more=1) | KUBECONFIG | PROD | TEST
    counts = read_by(fleet, command, "dev", "prod", "test", "--max-parallel", "3", codes=(1, 2))
    assert without_shared(counts) == expected


def test_all_looks_for_a_cluster_in_each_environment_first(fleet: Project) -> None:
    """So every environment is read twice, and the app and the rest once all the same."""
    twice = {name: 2 * count for name, count in (PROD | TEST).items()}
    first = without_shared(read_by(fleet, "show", "--all"))
    assert first == APP | rendered(3, more=1) | twice
    assert without_shared(read_by(fleet, "show", "--all")) == APP | STORED | twice


EDIT = 3
"""An edit reads a file under the lock as the app, again as the text to be changed, and a last time to see
that nobody changed it who does not heed the lock."""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # What sets something reads it once more afterwards: rules are checked on what was written.
        ("generate page new", {"dlctl.yaml": EDIT + 1}),
        ("param set web replicas 4", {"dlctl.yaml": EDIT + 1}),
        ("param unset web replicas", {"dlctl.yaml": EDIT}),
    ],
)
def test_editing(fleet: Project, words: str, expected: Counts) -> None:
    read_by(fleet, "prototype", "describe", "page")
    assert without_shared(read_by(fleet, *words.split())) == expected | STORED


def test_a_list_of_prototypes_reads_each_file_once(fleet: Project) -> None:
    read_by(fleet, "prototype", "list")
    named = read_by(fleet, "prototype", "list")
    own = {name: count for name, count in named.items() if name in PAGE}
    others = {name: count for name, count in named.items() if name not in PAGE}
    assert own == PAGE
    # The built-in ones are listed too; what they share is read once as well.
    assert {Path(name).name for name in others} > {"prototype.yaml", "package.yaml", "accelerators.yaml"}
    assert set(others.values()) == {1}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_neither_help_nor_version_reads_anything(fleet: Project, option: str) -> None:
    assert read_by(fleet, option) == {}
