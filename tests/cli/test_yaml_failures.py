"""With `-o yaml` a failure is YAML on stdout, in the envelope of JSON output."""

import json

import pytest
import yaml

from tests.output_schemas import checked
from tests.project import Project


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        ("show nope -o yaml", "app", 1),
        ("show dev -oyaml --nope", "usage", 2),
        ("node list nope --output=yaml", "app", 1),
        ("node list --output yaml --frobnicate", "usage", 2),
    ],
)
def test_a_failure_is_a_document(app: Project, words: str, code: str, exit_code: int) -> None:
    answer = app.run(*words.split())
    assert answer.code == exit_code
    assert answer.out.startswith("apiVersion: dlctl.dev/v1\nkind: Error\n")
    document = checked(json.dumps(yaml.safe_load(answer.out)), "Error")
    assert document["errors"][0]["code"] == code
    assert "Error" in answer.err, "people read it on stderr"


def test_a_result_with_errors_is_the_only_document(app: Project) -> None:
    answer = app.run("node", "list", "dev", "-o", "yaml")
    assert answer.code == 1
    (document,) = yaml.safe_load_all(answer.out)
    assert document["kind"] == "NodeList"
    assert document["errors"]


def test_yaml_without_a_failure_is_as_before(app: Project) -> None:
    assert app.run("show", "dev", "-o", "yaml").ok().out == app.run("show", "dev").ok().out


def test_without_the_option_nothing_is_on_stdout(app: Project) -> None:
    assert app.run("show", "nope").out == ""
