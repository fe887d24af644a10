"""`dlctl diff --offline A B`: what two environments render, without any cluster and without a kubeconfig."""

import re
from pathlib import Path

import pytest

from tests import golden
from tests.output_schemas import checked
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden" / "diff-offline.txt"


def test_the_differences(app: Project) -> None:
    app.run("generate", "page", "extra", "--title", "x").ok()
    app.run("component", "set", "extra", "--env", "prod", "--disabled").ok()
    answer = app.run("diff", "--offline", "dev", "prod")
    assert answer.code == 1
    text = re.sub(r"app-id: \S+", "app-id: ID", answer.out + answer.err)
    golden.check(text, GOLDEN)


def test_namespaces_and_our_label_are_no_differences(app: Project) -> None:
    app.write({"environments/prod/params.yaml": app.read("environments/dev/params.yaml")})
    answer = app.run("diff", "--offline", "dev", "prod").ok()
    assert (answer.out, answer.err) == ("", "dev and prod render the same objects\n")


def test_as_json(app: Project) -> None:
    document = checked(app.run("diff", "--offline", "dev", "prod", "-o", "json").out, "RenderedDiffList")
    assert (document["left"], document["right"]) == ("dev", "prod")
    (config, deployment) = document["items"]
    assert (config["component"], config["action"]) == ("web", "changed")
    assert "+  title: Production" in config["diff"]
    assert "-  replicas: 3\n+  replicas: 2" in deployment["diff"]


def test_summary(app: Project) -> None:
    answer = app.run("diff", "--offline", "dev", "prod", "--summary")
    assert (answer.code, answer.out, answer.err) == (1, "", "web: 2 differs in prod\n")


def test_one_component(app: Project) -> None:
    app.run("generate", "page", "extra", "--title", "x").ok()
    answer = app.run("diff", "--offline", "dev", "prod", "-c", "extra", "--set", "extra.title=y")
    assert answer.code == 0


def test_secrets_are_compared_and_not_shown(app: Project) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: {{ params.token }}}\n"
    app.write({"prototypes/pages/page/templates/secret.yaml.j2": secret})
    app.run("param", "set", "--env", "dev", "web", "token", "hunter2-hunter2").ok()
    app.run("param", "set", "--env", "prod", "web", "token", "another-hunter2").ok()
    answer = app.run("diff", "--offline", "dev", "prod")
    assert "hunter2" not in answer.out + answer.err
    assert "*** (before)" in answer.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("dev",), "--offline compares two environments"),
        (("--all",), "--offline cannot be used with --all"),
        (("dev", "prd"), "did you mean 'prod'?"),
        (("dev", "prod", "--set", "nope=1"), "no selected component has a parameter 'nope'"),
    ],
)
def test_mistakes(app: Project, words: tuple[str, ...], message: str) -> None:
    answer = app.run("diff", "--offline", *words)
    assert (answer.code, message in answer.err) == (2, True)
