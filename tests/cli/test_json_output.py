"""`-o json`: every offline command writes what its schema says, and one document also where it fails."""

import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.output_schemas import checked
from tests.project import Outcome, Project

pytestmark = pytest.mark.slow

DLCTL = [sys.executable, "-m", "dlctl.cli.main"]


@pytest.fixture
def sample(project: Project) -> Project:
    """The repository's own sample app."""
    shutil.copy(REPOSITORY / "dlctl.yaml", project.root)
    shutil.copytree(REPOSITORY / "environments", project.root / "environments")
    return project


RESULTS = (
    ("version", "Version", 0),
    ("component list", "ComponentList", 0),
    ("env list", "EnvironmentList", 0),
    ("env describe gke", "Environment", 0),
    ("env diff minikube gke", "EnvironmentDiff", 1),
    ("env diff gke gke", "EnvironmentDiff", 0),
    ("param list", "ParameterList", 0),
    ("param list --env gke", "ParameterList", 0),
    ("param explain inception replicas", "Parameter", 0),
    ("param diff minikube gke", "ParameterDiffList", 1),
    ("prototype list", "PrototypeList", 0),
    ("prototype list tf-job", "PrototypeParameterList", 0),
    ("prototype search serving", "PrototypeList", 0),
    ("prototype describe tf-job", "Prototype", 0),
    ("prototype describe core", "Prototype", 0),
    ("sandbox list", "SandboxList", 0),
    ("cache list", "CachePartList", 0),
)


@pytest.mark.parametrize(("words", "kind", "code"), RESULTS)
def test_results(sample: Project, words: str, kind: str, code: int) -> None:
    outcome = sample.run(*words.split(), "-o", "json")
    assert (outcome.code, outcome.err) == (code, "")
    assert checked(outcome.out, kind)["errors"] == []


def test_every_key_of_an_environment(app: Project) -> None:
    app.write(
        {
            "environments/dev/environment.yaml": "extends: [base]\nprotected: true\ndisabled: [web]\n"
            "server: https://gke\nclusterId: abc\ncontext: dev\nlabels: {team: ml}\npatches:\n  web:\n"
            "  - {target: {kind: Deployment}, merge: {spec: {replicas: 7}}}\n"
            "  - {target: {kind: Secret, name: s}, json: [{op: add, path: /data/a, value: b}]}\n",
            "environments/base/environment.yaml": "sandbox: s\n",
        }
    )
    words = ("env", "describe", "dev", "--offline", "-o", "json")
    document = checked(app.run(*words).ok().out, "Environment")
    assert document["extends"] == ["base"]
    assert document.pop("cluster") is None
    listed = checked(app.run("env", "list", "-o", "json").ok().out, "EnvironmentList")
    assert {key: listed["items"][1][key] for key in listed["items"][1]} == {
        key: value for key, value in document.items() if key not in ("apiVersion", "kind", "errors")
    }
    changed = checked(app.run("env", "diff", "dev", "base", "-o", "json").out, "EnvironmentDiff")
    assert "patches" in [setting["name"] for setting in changed["settings"]]


def test_a_component_that_is_on_one_side_only(app: Project) -> None:
    app.run("generate", "page", "other", "--title", "x").ok()
    app.write({"environments/prod/environment.yaml": "context: prod\ndisabled: [other]\n"})
    document = checked(app.run("param", "diff", "dev", "prod", "-o", "json").out, "ParameterDiffList")
    assert {item["right"] is None for item in document["items"] if item["component"] == "other"} == {True}


SPELLINGS = (
    ("-o", "json"),
    ("-ojson",),
    ("--output", "json"),
    ("--output=json",),
    ("-o", "table", "-o", "json"),
)


def failure(outcome: Outcome, code: str, message: str, exit_code: int) -> dict[str, object]:
    """The first error of a failed command, once stdout is one document and stderr has its text."""
    assert outcome.code == exit_code, outcome.err
    error = checked(outcome.out, "Error")["errors"][0]
    assert isinstance(error, dict)
    assert error["code"] == code
    assert message in error["message"]
    assert message in outcome.err
    return error


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
def test_a_failure_after_the_command_started(app: Project, spelling: tuple[str, ...]) -> None:
    error = failure(app.run("env", "describe", "dve", *spelling), "app", "environment 'dve' not found", 1)
    assert error["hint"] == "did you mean 'dev'?"
    assert error["location"] is None
    assert error["problems"] == []


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("env describe dev --nope", "No such option '--nope'"),
        ("env describe", "Missing argument"),
        ("env describe dev prod", "unexpected extra argument"),
        ("env nope", "No such command 'nope'"),
        ("nope", "No such command 'nope'"),
        ("--nope env list", "No such option '--nope'"),
        ("param set web title x", "No such option '-o'"),
        ("apply dev --request-timeout 5x", "'5x' is not a valid duration"),
        ("show", "Missing argument"),
    ],
)
def test_a_failure_before_the_command_started(
    app: Project, words: str, message: str, spelling: tuple[str, ...]
) -> None:
    if words.startswith("param set"):
        message = f"No such option '{'-o' if spelling[0].startswith('-o') else '--output'}'"
    error = failure(app.run(*words.split(), *spelling), "usage", message, 2)
    assert "--help' shows the usage" in str(error["hint"])


@pytest.mark.parametrize(
    ("words", "code", "message", "exit_code"),
    [
        ("show dev -c wbe", "app", "wbe", 1),
        ("show dev --set replicas=three", "param", "three", 1),
        ("show dev --output-dir out", "usage", "--output-dir writes YAML files", 2),
        ("param explain web", "usage", "'param explain' needs COMPONENT and NAME", 2),
        ("param explain web titel", "param", "titel", 1),
        ("prototype describe pag", "registry", "pag", 1),
        ("component list --dir nowhere", "app", "nowhere", 1),
        ("diff nope", "app", "environment 'nope' not found", 2),
        ("apply nope", "app", "environment 'nope' not found", 1),
        ("delete nope", "app", "environment 'nope' not found", 1),
        ("status nope", "app", "environment 'nope' not found", 1),
    ],
)
def test_failures_of_commands(app: Project, words: str, code: str, message: str, exit_code: int) -> None:
    failure(app.run(*words.split(), "-o", "json"), code, message, exit_code)


def test_a_place_in_a_file(app: Project) -> None:
    app.write({"dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: [x\n"})
    error = failure(app.run("component", "list", "-o", "json"), "yaml", "", 1)
    assert error["location"] == {"path": "dlctl.yaml", "line": 4, "column": 1}


def test_problems_have_the_same_shape(app: Project) -> None:
    app.write({"environments/dev/params.yaml": "components:\n  web: {replicas: x, ratio: 2}\n"})
    error = failure(app.run("show", "dev", "-o", "json"), "param", "", 1)
    problems = error["problems"]
    assert isinstance(problems, list)
    assert [problem["location"]["line"] for problem in problems] == [2, 2]
    assert {problem["code"] for problem in problems} == {"param"}


def test_a_file_that_the_system_refuses(app: Project) -> None:
    (app.root / "dlctl.yaml").unlink()
    (app.root / "dlctl.yaml").mkdir()
    outcome = app.run("component", "list", "-o", "json")
    assert outcome.code == 1
    assert len(checked(outcome.out, "Error")["errors"]) == 1


def test_without_an_app(project: Project) -> None:
    failure(project.run("env", "list", "-o", "json"), "app", "no dlctl.yaml", 1)


@pytest.mark.parametrize(
    "words",
    [
        "env describe nope",
        "env describe nope -o table",
        "env describe nope -o json -o table",
        "env describe nope --output=json --output=table",
        "env describe -- -o json",
        "sandbox kubectl nope get pods -o json",
        "nope",
    ],
)
def test_no_json_where_none_was_asked_for(app: Project, words: str) -> None:
    outcome = app.run(*words.split())
    assert outcome.code in (1, 2)
    assert outcome.out == ""
    assert outcome.err


def test_short_options_in_one_word(app: Project) -> None:
    failure(app.run("delete", "nope", "-yojson"), "app", "environment 'nope' not found", 1)
    failure(app.run("delete", "nope", "-Ayo", "json"), "app", "environment 'nope' not found", 1)
    assert app.run("show", "nope", "-cfoo", "json").out == ""


def test_show_prints_what_kubectl_reads(app: Project) -> None:
    document = app.run("show", "dev", "-o", "json").ok().json
    assert (document["apiVersion"], document["kind"]) == ("v1", "List")
    assert set(document) == {"apiVersion", "kind", "items"}


def test_secrets_are_in_no_error(app: Project) -> None:
    app.run("param", "set", "web", "token", "hunter2-hunter2").ok()
    app.write(
        {"prototypes/pages/page/templates/page.yaml.j2": "kind: {{ params.token }}\nmetadata: {name: x}\n"}
    )
    outcome = app.run("show", "dev", "-o", "json")
    assert outcome.code == 1
    checked(outcome.out, "Error")
    assert "hunter2" not in outcome.out + outcome.err


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
@pytest.mark.parametrize("words", ["env list -o json", "env describe nope -o json", "nope -o json"])
def test_stdout_that_takes_nothing(app: Project, words: str, redirection: str) -> None:
    command = " ".join([*DLCTL, words, redirection])
    outcome = subprocess.run(
        ["/bin/sh", "-c", command], cwd=app.root, capture_output=True, text=True, timeout=60
    )
    assert outcome.returncode == (2 if words.startswith("nope") else 1)
    assert outcome.stdout == ""
    assert outcome.stderr.count("cannot write output") == 1
    assert "Traceback" not in outcome.stderr


def test_a_reader_that_has_gone(app: Project) -> None:
    command = " ".join([*DLCTL, "env describe nope -o json | true; exit ${PIPESTATUS[0]}"])
    outcome = subprocess.run(
        ["/bin/bash", "-c", command], cwd=app.root, capture_output=True, text=True, timeout=60
    )
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Error: environment 'nope' not found")
    assert outcome.stderr.count("Error") == 1


def test_ctrl_c(app: Project, tmp_path: Path) -> None:
    """A server that never answers keeps the command busy."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        (tmp_path / "kubeconfig").write_text(
            "apiVersion: v1\nkind: Config\ncurrent-context: dev\n"
            "contexts: [{name: dev, context: {cluster: c, user: u}}]\n"
            f'clusters: [{{name: c, cluster: {{server: "{url}"}}}}]\nusers: [{{name: u, user: {{}}}}]\n'
        )
        process = subprocess.Popen(
            [*DLCTL, "status", "dev", "-o", "json"], cwd=app.root, text=True, stdout=-1, stderr=-1
        )
        connection, _ = server.accept()
        with connection:
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "Interrupted\n"
    (error,) = checked(out, "Error")["errors"]
    assert error["code"] == "interrupted"
