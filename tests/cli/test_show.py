"""`dlctl show`: the same bytes for the same files, read alike by every YAML reader."""

import json
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from dlctl.yamlio.load import load_all
from tests.project import Project

AWKWARD = [
    "no",
    "on",
    "Yes",
    "1:30",
    "0o7",
    "017",
    "1e3",
    "=",
    "~",
    "null",
    "<<",
    ".5",
    "2026-01-01",
    "y",
    "",
    "- a",
]


def objects(text: str) -> list[dict[str, Any]]:
    return [document.value for document in load_all(text, "show")]


def test_output_is_reproducible_with_any_hash_seed(app: Project) -> None:
    app.run("generate", "core", "core").ok()
    app.run("generate", "tf-cnn", "cnn", "--env-vars.B=1", "--env-vars.A=2").ok()
    first = app.run("show", "dev", "prod").ok().out
    assert app.run("show", "dev", "prod").ok().out == first
    for seed in ("0", "1", "4711"):
        outcome = app.spawn("show", "dev", "prod", environ={"PYTHONHASHSEED": seed})
        assert (outcome.returncode, outcome.stdout) == (0, first)


def test_the_order_does_not_depend_on_the_order_of_components(app: Project) -> None:
    app.run("generate", "page", "alpha").ok()
    first = app.run("show", "dev", "-o", "name").ok().out
    text = app.read("dlctl.yaml")
    start = text.index("  web:")
    end = text.index("  alpha:")
    app.write({"dlctl.yaml": text[:start] + text[end:] + text[start:end]})
    assert app.run("show", "dev", "-o", "name").ok().out == first


@pytest.mark.parametrize("value", AWKWARD)
def test_yaml_1_1_and_1_2_readers_agree(app: Project, value: str) -> None:
    app.run("param", "set", "web", f"title={value}").ok()
    text = app.run("show", "dev").ok().out
    old = list(yaml.safe_load_all(text))
    new = list(YAML(typ="safe", pure=True).load_all(text))
    assert old == new == objects(text)
    assert old[0]["data"]["title"] == value


def test_json_is_one_list(app: Project) -> None:
    document = app.run("show", "dev", "-o", "json").ok().json
    assert (document["apiVersion"], document["kind"]) == ("v1", "List")
    assert document["items"] == objects(app.run("show", "dev").ok().out)


def test_names_are_as_kubectl_writes_them(app: Project) -> None:
    assert app.run("show", "dev", "-o", "name").ok().out == "configmap/web\ndeployment.apps/web\n"


def test_component(app: Project) -> None:
    app.run("generate", "page", "other").ok()
    assert (
        app.run("show", "dev", "-c", "other", "-o", "name").ok().out
        == "configmap/other\ndeployment.apps/other\n"
    )
    both = app.run("show", "dev", "-c", "other", "-c", "web", "-o", "name").ok().out
    assert both == app.run("show", "dev", "-o", "name").ok().out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "Missing argument"),
        (("dve",), 1, "did you mean 'dev'?"),
        (("dev", "-c", "wbe"), 1, "did you mean 'web'?"),
        (("dev", "-c", ""), 1, "component '' not found"),
        (("dev", "-o", "xml"), 2, "'xml' is not one of"),
        (("dev", "--set", "replicas"), 2, "--set needs NAME=VALUE"),
        (("dev", "--set", "replcas=1"), 1, "did you mean 'replicas'?"),
        (
            ("dev", "--set", "replicas=x"),
            1,
            "'replicas' must be an integer, at least 0, found \"x\" (component web)",
        ),
        (("dev", "--set", "web.replicas=x"), 1, 'found "x" (component web)'),
        (("dev", "--set", "replicas=-1"), 1, "minimum of 0"),
        (("dev", "--set", "web.titel=1"), 1, "did you mean 'title'?"),
        (("dev", "--set", "=1"), 1, "not a valid parameter name"),
        (("../dev",), 1, "is not a valid name for an environment"),
    ],
)
def test_mistakes(app: Project, words: tuple[str, ...], code: int, message: str) -> None:
    outcome = app.run("show", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err


def test_disabled_components_are_left_out_and_refused_by_name(app: Project) -> None:
    app.write({"environments/dev/environment.yaml": "context: dev\ndisabled: [web]\n"})
    assert app.run("show", "dev").ok().out == ""
    outcome = app.run("show", "dev", "-c", "web")
    assert outcome.code == 1
    assert "disabled in environment 'dev'" in outcome.err
    assert app.run("show", "prod", "-o", "name").ok().out


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("replicas=9", 9), ("web.replicas=9", 9), ("numReplicas=9", 9)],
)
def test_set_wins_over_every_file(app: Project, setting: str, expected: int) -> None:
    before = app.files()
    deployment = objects(app.run("show", "dev", "--set", setting).ok().out)[1]
    assert deployment["spec"]["replicas"] == expected
    assert app.files() == before


def test_set_reaches_only_the_components_that_declare_it(app: Project) -> None:
    app.run("generate", "tf-cnn", "cnn").ok()
    app.run("show", "dev", "--set", "num_workers=3", "--set", "web.title=a=b").ok()
    outcome = app.run("show", "dev", "-c", "cnn", "--set", "web.title=x")
    assert outcome.code == 1
    assert "'web' is not selected" in outcome.err


def test_several_environments(app: Project) -> None:
    found = objects(app.run("show", "dev", "prod", "dev").ok().out)
    assert [entry["metadata"]["namespace"] for entry in found] == ["dev-space"] * 2 + ["prod-space"] * 2


def test_every_problem_of_every_component_is_listed(app: Project) -> None:
    app.run("generate", "page", "other").ok()
    app.write(
        {"environments/dev/params.yaml": "components:\n  web: {replicas: x}\n  other: {title: 3, nope: 1}\n"}
    )
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    for place in ("params.yaml:2:19", "params.yaml:3:27"):
        assert place in outcome.err
    assert outcome.out == ""


def test_undeclared_environment_wide_parameter_is_refused(app: Project) -> None:
    app.write({"environments/dev/params.yaml": "params: {titel: x}\n"})
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert "environments/dev/params.yaml:1:17" in outcome.err
    assert "did you mean 'title'?" in outcome.err


def test_masked_secrets_are_rejected_by_the_api_server(app: Project) -> None:
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ component.name }}\n"
        "stringData:\n  token: {{ params.token }}\n"
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ component.name ~ '-x' }}\n"
        "data:\n  line: {{ 'token=' ~ params.token }}\n"
    )
    app.write({"prototypes/pages/page/templates/secret.yaml.j2": secret})
    app.run("param", "set", "web", "token", "hunter2-long").ok()
    for output in ("yaml", "json"):
        assert "hunter2" not in app.run("show", "dev", "-o", output).ok().out
        assert "hunter2-long" in app.run("show", "dev", "-o", output, "--reveal-secrets").ok().out
    app.run("show", "dev", "--output-dir", "out", "--skip-secrets").ok()
    assert not any(b"hunter2" in text for name, text in app.files().items() if name.startswith("out/"))


def test_json_output_is_json_for_awkward_text(app: Project) -> None:
    app.run("param", "set", "web", "title=\u2028 \x7f ünï 🚀").ok()
    text = app.run("show", "dev", "-o", "json").ok().out
    assert json.loads(text)["items"][0]["data"]["title"] == "\u2028 \x7f ünï 🚀"
