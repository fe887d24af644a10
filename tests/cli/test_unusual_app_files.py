"""Files that are awkward YAML: each works, or is an error with file, line and column; never a traceback."""

import os
import re
from pathlib import Path

import pytest

from tests.project import Project

pytestmark = pytest.mark.slow

HEAD = "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n"
WORKS = {
    "anchor": HEAD + "components:\n  web: &w {prototype: page}\n  two: *w\n",
    "merge key": HEAD + "components:\n  web: &w {prototype: page}\n  two: {<<: *w, name: two}\n",
    "BOM": "\ufeff" + HEAD + "components:\n  web: {prototype: page}\n",
    "CRLF": (HEAD + "components:\n  web: {prototype: page}\n").replace("\n", "\r\n"),
    "document marks": "---\n" + HEAD + "components:\n  web: {prototype: page}\n...\n",
    "flow": "{apiVersion: dlctl.dev/v1, kind: App, name: small, components: {web: {prototype: page}}}",
    "no final newline": HEAD + "components:\n  web: {prototype: page}",
    "JSON": '{"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "small",'
    ' "components": {"web": {"prototype": "page"}}}',
    "comments": "# a\n\n" + HEAD + "# b\ncomponents:\n  # c\n  web: {prototype: page} # d\n# e\n",
    "a megabyte": HEAD + "components:\n  web: {prototype: page}\n" + "# filler\n" * 120_000,
}
FAILS = {
    "empty": ("", "dlctl.yaml:1:1: the file is empty"),
    "comments only": ("# nothing\n", "dlctl.yaml:1:1: "),
    "a scalar": ("text", "dlctl.yaml:1:1: expected a mapping, found a string"),
    "a list": ("- a\n", "dlctl.yaml:1:1: expected a mapping, found a list"),
    "duplicate key": (
        HEAD + "name: other\n",
        "dlctl.yaml:4:1: duplicate key 'name': already defined in line 3",
    ),
    "tab": (HEAD + "components:\n\tweb: {}\n", "dlctl.yaml:5:1: invalid YAML"),
    "two documents": (HEAD + "---\na: 1\n", "dlctl.yaml:5:1: expected one YAML document"),
    "unclosed bracket": (HEAD + "components: [\n", "dlctl.yaml:5:1: invalid YAML"),
    "unclosed quote": (HEAD + 'x: "\n', "dlctl.yaml:5:1: invalid YAML"),
    "colon in plain text": (HEAD + "x: a: b\n", "dlctl.yaml:4:5: invalid YAML"),
    "bad indent": (HEAD + "components:\n  web: {prototype: page}\n two: {}\n", "dlctl.yaml:6:"),
    "unknown tag": (HEAD + "components: !!python/object:os.system {}\n", "dlctl.yaml:4:13: "),
    "own alias": (HEAD + "components: &a {b: *a}\n", "dlctl.yaml:4:"),
    "unknown alias": (HEAD + "components: *nope\n", "dlctl.yaml:4:13: "),
    "null component": (
        HEAD + "components:\n  web:\n",
        "dlctl.yaml:5:3: component 'web' is empty",
    ),
    "registries": (HEAD + "registries: []\n", "dlctl.yaml:4:13: 'registries' must be a mapping"),
    "packages": (HEAD + "packages: []\n", "dlctl.yaml:4:11: 'packages' must be a mapping"),
    "unknown key": (HEAD + "component: {}\n", "dlctl.yaml:4:1: unknown field 'component'"),
    "wrong type": (HEAD + "components: []\n", "dlctl.yaml:4:13: 'components' must be a mapping"),
    "wrong version": (HEAD.replace("v1", "v9"), "dlctl.yaml:1:13: unsupported apiVersion 'dlctl.dev/v9'"),
    "a control character": (HEAD + "x: \x07\n", "dlctl.yaml:4"),
    "a nul": (HEAD + "x: \0\n", "dlctl.yaml:4"),
    "deep": (HEAD + "components: " + "[" * 5000, "dlctl.yaml"),
    "list as key": (HEAD + "? [a]\n: 1\n", "dlctl.yaml:4:3: "),
    "much rubbish": (HEAD + "x: [" + "a, " * 30_000, "dlctl.yaml:"),
    "number as prototype": (
        HEAD + "components: {web: {prototype: 3}}\n",
        "must be a string, found an integer",
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_works_also_for_an_edit(app: Project, name: str) -> None:
    app.write({"dlctl.yaml": WORKS[name]})
    assert "configmap/web" in app.run("show", "dev", "-o", "name").ok().out
    app.run("param", "set", "--env", "dev", "web", "replicas", "7").ok()
    if name not in ("anchor", "merge key"):
        app.run("param", "set", "web", "title", "new").ok()
        assert "title: new" in app.run("show", "prod", "--set", "title=new").ok().out


@pytest.mark.parametrize("name", FAILS)
def test_error_has_location(app: Project, name: str) -> None:
    text, message = FAILS[name]
    app.write({"dlctl.yaml": text})
    for words in (("show", "dev"), ("param", "set", "web", "title", "x"), ("component", "list")):
        outcome = app.run(*words)
        assert (outcome.code, outcome.out) == (1, "")
        assert message in outcome.err
        assert re.match(r"Error: dlctl\.yaml:[0-9]+:[0-9]+: ", outcome.err)
    assert app.read("dlctl.yaml") == text


PLACES = {
    "dlctl.yaml": ("component", "list"),
    "environments/dev/environment.yaml": ("show", "dev"),
    "environments/dev/params.yaml": ("show", "dev"),
    "prototypes/pages/page/prototype.yaml": ("show", "dev"),
}


@pytest.mark.parametrize("file", PLACES)
def test_not_utf_8(app: Project, file: str) -> None:
    (app.root / file).write_bytes(b"a: b\nc: \xff\xfe\n")
    outcome = app.run(*PLACES[file])
    assert (outcome.code, outcome.out) == (1, "")
    assert f"{file}:2:4: not UTF-8 text" in outcome.err


@pytest.mark.parametrize("file", PLACES)
@pytest.mark.parametrize("instead", ["folder", "broken link", "loop", "fifo"])
@pytest.mark.timeout(20)
def test_folder_in_place_of_a_file(app: Project, file: str, instead: str) -> None:
    path = app.root / file
    path.unlink()
    if instead == "folder":
        path.mkdir()
    elif instead == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(path.name if instead == "loop" else "nowhere")
    outcome = app.run(*PLACES[file])
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error: " in outcome.err
    assert Path(file).name in outcome.err


def test_a_link_to_a_file_works_and_stays(app: Project, tmp_path: Path) -> None:
    path = app.root / "environments/dev/params.yaml"
    path.rename(tmp_path / "real.yaml")
    path.symlink_to(tmp_path / "real.yaml")
    app.run("param", "set", "--env", "dev", "web", "replicas", "8").ok()
    assert path.is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "components:\n  web: {replicas: 8}\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("file", PLACES)
def test_an_unreadable_file(app: Project, file: str) -> None:
    (app.root / file).chmod(0)
    outcome = app.run(*PLACES[file])
    assert (outcome.code, outcome.out) == (1, "")
    assert "Permission denied" in outcome.err


def test_an_environment_of_odd_values(app: Project) -> None:
    for text, place in (
        ("context: 3\n", "1:10: 'context' must be a string"),
        ("context: dev\nextends: {a: b}\n", "2:10: 'extends' must be a list"),
        ("context: dev\nextends: [3]\n", "2:11: 'extends' must list strings"),
        ("context: dev\nlabels: {a: 1}\n", "2:13: label 'a' must be a string"),
        ("context: dev\nprotected: 'yes'\n", "2:12: 'protected' must be true or false"),
        ("context: dev\ndisabled: [wbe]\n", "2:12: component 'wbe' not found"),
        ("context: dev\nsandbox: s\n", "2:10: environment has both a sandbox and a cluster"),
        ("namespace: Bad\n", "1:12: 'Bad' is not a valid name for a namespace"),
        ("patches: {wbe: []}\n", "1:11: component 'wbe' not found"),
        ("labels: {bad key: x}\n", "label"),
        (f"labels: {{a: {'x' * 64}}}\n", "label"),
    ):
        app.write({"environments/dev/environment.yaml": text})
        outcome = app.run("show", "dev")
        assert outcome.code == 1, text
        assert "environments/dev/environment.yaml:" in outcome.err
        assert place in outcome.err


def test_params_of_odd_values(app: Project) -> None:
    for text, place in (
        ("components:\n  web:\n", "2:3: component 'web' is empty"),
        ("components:\n  web: 3\n", "2:8: component 'web' must be a mapping"),
        ("components:\n  wbe: {}\n", "2:3: component 'wbe' not found"),
        ("web: {replicas: 1}\n", "1:1: unknown field 'web'"),
        ("params: [a]\n", "1:9: 'params' must be a mapping"),
        (
            "components:\n  web: {replicas: 1, numReplicas: 2}\n",
            "2:35: 'replicas' and 'numReplicas' are names of the same parameter",
        ),
        (
            "components:\n  web: {numReplicas: 2, replicas: 1}\n",
            "2:35: 'numReplicas' and 'replicas' are names of the same parameter",
        ),
    ):
        app.write({"environments/dev/params.yaml": text})
        outcome = app.run("show", "dev")
        assert outcome.code == 1, text
        assert f"environments/dev/params.yaml:{place}" in outcome.err or place in outcome.err


FOLDERS = {
    "prototypes": "show dev",
    "prototypes/pages": "show dev",
    "prototypes/pages/page": "generate page other",
    "prototypes/pages/page/templates": "show dev",
    "environments": "env add new --no-cluster",
    "environments/dev": "param set web title x --env dev",
    ".dlctl/schemas": "schema --write",
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_that_is_a_link_out_of_the_app_is_refused(app: Project, tmp_path: Path, folder: str) -> None:
    """Whatever was rendered before: nothing is read from there, and nothing is written."""
    app.run("schema", "--write").ok()
    app.run("show", "dev").ok()
    (app.root / folder).rename(tmp_path / "elsewhere")
    (app.root / folder).symlink_to(tmp_path / "elsewhere")
    before = {path: path.read_bytes() for path in tmp_path.glob("elsewhere/**/*") if path.is_file()}
    answer = app.run(*FOLDERS[folder].split())
    assert answer.code == 1
    assert f"{folder}" in answer.err
    assert "symbolic link" in answer.err
    assert {path: path.read_bytes() for path in tmp_path.glob("elsewhere/**/*") if path.is_file()} == before
