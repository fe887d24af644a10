"""`dlctl show --output-dir`: one file per object; only what we wrote is ever replaced or removed."""

from pathlib import Path

import pytest

from dlctl.yamlio.load import load_text
from tests.project import Project


def names(app: Project, folder: str = "out") -> list[str]:
    return sorted(path.name for path in (app.root / folder).iterdir() if not path.name.startswith("."))


def test_one_file_per_object(app: Project) -> None:
    outcome = app.run("show", "dev", "--output-dir", "out").ok()
    assert outcome.out == ""
    assert names(app) == ["dev-space.configmap.web.yaml", "dev-space.deployment.apps.web.yaml"]
    config = load_text(app.read("out/dev-space.configmap.web.yaml"), "x").value
    assert config["metadata"]["name"] == "web"


def test_a_second_run_changes_nothing(app: Project) -> None:
    app.run("show", "dev", "--output-dir", "out").ok()
    before = app.files()
    app.run("show", "dev", "--output-dir", "out").ok()
    assert app.files() == before


def test_stale_files_are_removed_and_other_files_kept(app: Project) -> None:
    app.run("generate", "page", "old").ok()
    app.write({"out/notes.yaml": "mine"})
    app.run("show", "dev", "--output-dir", "out").ok()
    app.run("component", "rm", "old", "--yes").ok()
    outcome = app.run("show", "dev", "--output-dir", "out").ok()
    assert "removed 2 stale files" in outcome.err
    assert names(app) == ["dev-space.configmap.web.yaml", "dev-space.deployment.apps.web.yaml", "notes.yaml"]


def test_other_file_is_not_overwritten(app: Project) -> None:
    app.write({"out/dev-space.configmap.web.yaml": "mine"})
    before = app.files()
    outcome = app.run("show", "dev", "--output-dir", "out")
    assert outcome.code == 2
    assert "dev-space.configmap.web.yaml already exists" in outcome.err
    assert app.files() == before


def test_a_file_in_place_of_the_folder(app: Project) -> None:
    outcome = app.run("show", "dev", "--output-dir", "dlctl.yaml")
    assert outcome.code == 2
    assert "is not a folder" in outcome.err


def test_manipulated_inventory_removes_nothing_outside(app: Project, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    app.write(
        {"out/.dlctl-output.json": '{"files": ["../../precious", "..", 3, "/etc/passwd"]}', "out/a": "b"}
    )
    app.run("show", "dev", "--output-dir", "out").ok()
    assert (tmp_path / "precious").exists()
    assert "a" in names(app)


def test_several_environments_get_a_folder_each(app: Project) -> None:
    app.run("show", "dev", "prod", "--output-dir", "out").ok()
    assert names(app) == ["dev", "prod"]


def test_a_missing_folder_is_made_and_an_error_leaves_none(app: Project) -> None:
    assert app.run("show", "dev", "--set", "nope=1", "--output-dir", "a/b").code == 1
    assert not (app.root / "a").exists()
    app.run("show", "dev", "--output-dir", "a/b").ok()
    assert len(names(app, "a/b")) == 2


def test_ambiguous_and_long_file_names(app: Project) -> None:
    long = "x" * 250
    roles = "".join(
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: '{name}'}}\n---\n"
        for name in ("system:a", "system_a", "System:a", long, long + "y")
    )
    app.write({"prototypes/pages/page/templates/roles.yaml": roles})
    app.run("show", "dev", "--output-dir", "out").ok()
    found = [name for name in names(app) if name.startswith("clusterrole")]
    assert len(found) == len({name.lower() for name in found}) == 5
    bodies = [load_text(app.read(f"out/{name}"), name).value["metadata"]["name"] for name in found]
    assert sorted(bodies) == sorted(["system:a", "system_a", "System:a", long, long + "y"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--output-dir", ""), "--output-dir needs a folder"),
        (("--output-dir=",), "--output-dir needs a folder"),
        (
            ("--output-dir", "out", "-o", "json"),
            "--output-dir writes YAML files and cannot be used with -o json",
        ),
        (
            ("--output-dir", "out", "-o", "name"),
            "--output-dir writes YAML files and cannot be used with -o name",
        ),
    ],
)
def test_invalid_output_dir_arguments(app: Project, words: tuple[str, ...], message: str) -> None:
    before = app.files()
    outcome = app.run("show", "dev", *words)
    assert outcome.code == 2
    assert message in outcome.err
    assert app.files() == before


@pytest.mark.parametrize(
    "inventory", ['{"files": 5}', '{"files": {"a": 1}}', "[]", "5", "", "{", '{"files": [5, "../a"]}']
)
def test_invalid_inventory_removes_nothing(app: Project, inventory: str) -> None:
    app.write({"out/.dlctl-output.json": inventory, "out/foreign.yaml": "a: 1\n", "a": ""})
    app.run("show", "dev", "--output-dir", "out").ok()
    assert app.read("out/foreign.yaml") == "a: 1\n"
    assert app.read("a") == ""
    assert app.run("show", "dev", "--output-dir", "out").ok().err.startswith("wrote 2 objects")
