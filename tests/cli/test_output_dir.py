"""`dlctl show --output-dir`: one file per object; only what we wrote is ever replaced or removed."""

from pathlib import Path

import pytest

from dlctl.yamlio.load import load_text
from tests.project import Project

WEB = ["0-namespace.dev-space.yaml", "dev-space.configmap.web.yaml", "dev-space.deployment.apps.web.yaml"]


def names(app: Project, folder: str = "out/dev") -> list[str]:
    return sorted(path.name for path in (app.root / folder).iterdir() if not path.name.startswith("."))


def test_one_file_per_object(app: Project) -> None:
    outcome = app.run("show", "dev", "--output-dir", "out").ok()
    assert outcome.out == ""
    assert names(app) == WEB
    config = load_text(app.read("out/dev/dev-space.configmap.web.yaml"), "x").value
    assert config["metadata"]["name"] == "web"


def test_a_folder_beside_the_app(app: Project) -> None:
    app.run("show", "dev", "--output-dir", "../beside").ok()
    assert (app.root.parent / "beside/dev" / WEB[0]).is_file()


def test_a_second_run_changes_nothing(app: Project) -> None:
    app.run("show", "dev", "--output-dir", "out").ok()
    before = app.files()
    app.run("show", "dev", "--output-dir", "out").ok()
    assert app.files() == before


def test_stale_files_are_removed_and_other_files_kept(app: Project) -> None:
    app.run("generate", "page", "old").ok()
    app.write({"out/dev/notes.yaml": "mine"})
    app.run("show", "dev", "--output-dir", "out").ok()
    app.run("component", "rm", "old", "--yes").ok()
    outcome = app.run("show", "dev", "--output-dir", "out").ok()
    assert "removed 2 stale files" in outcome.err
    assert names(app) == [*WEB, "notes.yaml"]


def test_other_file_is_not_overwritten(app: Project) -> None:
    app.write({"out/dev/dev-space.configmap.web.yaml": "mine"})
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
        {
            "out/dev/.dlctl-output.json": '{"files": ["../../../precious", "..", 3, "/etc/passwd"]}',
            "out/dev/a": "b",
        }
    )
    app.run("show", "dev", "--output-dir", "out").ok()
    assert (tmp_path / "precious").exists()
    assert "a" in names(app)


def test_the_layout_is_the_same_for_one_and_several_environments(app: Project) -> None:
    app.run("show", "dev", "prod", "--output-dir", "several").ok()
    app.run("show", "dev", "--output-dir", "single").ok()
    app.run("show", "prod", "--output-dir", "single").ok()
    files = app.files()
    single = {name.partition("/")[2]: text for name, text in files.items() if name.startswith("single/")}
    several = {name.partition("/")[2]: text for name, text in files.items() if name.startswith("several/")}
    assert single == several
    assert sorted(path.name for path in (app.root / "single").iterdir() if path.is_dir()) == ["dev", "prod"]


def test_files_of_the_earlier_layout_are_removed(app: Project) -> None:
    """Before, a single environment had no folder of its own."""
    app.write(
        {
            "out/old.yaml": "a: 1\n",
            "out/mine.yaml": "b: 1\n",
            "out/.dlctl-output.json": '{"files": ["old.yaml", "gone.yaml"]}',
        }
    )
    shown = app.run("show", "dev", "--output-dir", "out").ok()
    assert "removed 1 file of an earlier layout from " in shown.err
    top = sorted(path.name for path in (app.root / "out").iterdir())
    assert top == ["dev", "mine.yaml"]


def test_files_of_other_components_stay(app: Project) -> None:
    app.run("generate", "page", "second", "--title", "x").ok()
    app.run("show", "dev", "--output-dir", "out").ok()
    before = names(app)
    app.run("show", "dev", "-c", "web", "--output-dir", "out").ok()
    assert names(app) == before
    app.run("component", "rm", "second", "--yes").ok()
    app.run("show", "dev", "-c", "web", "--output-dir", "out").ok()
    assert names(app) == before, "it was not selected"
    app.run("show", "dev", "--output-dir", "out").ok()
    assert names(app) == WEB


def test_a_file_of_the_selected_component_that_is_stale_is_removed(app: Project) -> None:
    app.run("show", "dev", "--output-dir", "out").ok()
    template = app.read("prototypes/pages/page/templates/page.yaml.j2").partition("---")[0]
    app.write({"prototypes/pages/page/templates/page.yaml.j2": template})
    app.run("show", "dev", "-c", "web", "--output-dir", "out").ok()
    assert names(app) == WEB[:2]


def test_the_namespace_comes_along_first(app: Project) -> None:
    app.run("show", "dev", "--output-dir", "out").ok()
    namespace = load_text(app.read(f"out/dev/{WEB[0]}"), "x").value
    assert (namespace["kind"], namespace["metadata"]["name"]) == ("Namespace", "dev-space")
    assert sorted(WEB) == WEB, "'kubectl apply -f' reads the files in this order"
    app.run("show", "dev", "--output-dir", "out", "--no-create-namespace").ok()
    assert names(app) == WEB[1:]
    app.write({"environments/dev/environment.yaml": "context: dev\n"})
    app.run("show", "dev", "--output-dir", "other").ok()
    assert "0-namespace.default.yaml" not in names(app, "other/dev")


SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: password}
stringData: {token: {{ params.token }}}
"""


def test_no_secret_is_written_masked(app: Project) -> None:
    app.write({"prototypes/pages/page/templates/secret.yaml.j2": SECRET})
    app.run("param", "set", "web", "token", "hunter2-hunter2").ok()
    before = app.files()
    refused = app.run("show", "dev", "--output-dir", "out")
    assert refused.code == 2
    assert "dev: objects hold secrets: Secret/password in namespace dev-space" in refused.err
    assert "--reveal-secrets" in refused.err
    assert app.files() == before
    both = app.run("show", "dev", "--output-dir", "out", "--reveal-secrets", "--skip-secrets")
    assert both.code == 2
    app.run("show", "dev", "--output-dir", "out", "--reveal-secrets").ok()
    assert "hunter2-hunter2" in app.read("out/dev/dev-space.secret.password.yaml")
    skipped = app.run("show", "dev", "--output-dir", "out", "--skip-secrets").ok()
    assert "left out, since they hold secrets: Secret/password" in skipped.err
    assert names(app) == WEB
    assert app.run("show", "dev", "--skip-secrets").code == 2


def test_a_missing_folder_is_made_and_an_error_leaves_none(app: Project) -> None:
    assert app.run("show", "dev", "--set", "nope=1", "--output-dir", "a/b").code == 1
    assert not (app.root / "a").exists()
    app.run("show", "dev", "--output-dir", "a/b").ok()
    assert names(app, "a/b/dev") == WEB


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
    bodies = [load_text(app.read(f"out/dev/{name}"), name).value["metadata"]["name"] for name in found]
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
    app.write({"out/dev/.dlctl-output.json": inventory, "out/dev/foreign.yaml": "a: 1\n", "out/a": ""})
    app.run("show", "dev", "--output-dir", "out").ok()
    assert app.read("out/dev/foreign.yaml") == "a: 1\n"
    assert app.read("out/a") == ""
    assert app.run("show", "dev", "--output-dir", "out").ok().err.startswith("wrote 3 objects")
