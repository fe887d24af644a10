"""Text inside an object: a template of its own, where each expression says how it is written."""

import ast
import json
import shlex
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from dlctl.render.engine.engine import Engine
from tests.render.engine.conftest import Workbench, reported
from tests.render.engine.test_whole_values import TEXTS, VALUES, same


def test_text_template_output_is_one_string(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": 'data:\n  run.sh: {{ text("run.sh.j2", port=80) }}\n',
        "run.sh.j2": "#!/bin/sh\n{% for x in params.args %}\n"
        "echo {{ x | shell }}:{{ port | raw }}\n{% endfor %}\n",
    }
    found = bench.value(files, args=["it's", "$x"])
    assert found["data"]["run.sh"] == "#!/bin/sh\necho 'it'\"'\"'s':80\necho '$x':80\n"


def test_texts_can_be_shared_and_include_each_other(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": 'a: {{ text("a.py.j2") }}\n',
        "a.py.j2": "{% set y = 2 %}\nx = 1\n{% include 'more.py.j2' %}\nz = {{ fragment('f') | python }}\n",
        "fragments/more.py.j2": "y = {{ y | python }}\n",
        "fragments/f.yaml.j2": "a: [{{ params.x }}]\n",
    }
    assert bench.value(files, x=None) == {"a": "x = 1\ny = 2\nz = {'a': [None]}\n"}


@settings(max_examples=60, deadline=None)
@given(value=VALUES, word=TEXTS.filter(lambda text: "\0" not in text))
def test_written_values_are_read_back_unchanged(value: Any, word: str) -> None:
    files = {
        "a.yaml.j2": "".join(
            f"{kind}: {{{{ text('a.{kind}.j2') }}}}\n" for kind in ("python", "json", "shell")
        ),
        "a.python.j2": "[{{ params.value | python }},]",
        "a.json.j2": "[{{ params.value | json }}]",
        "a.shell.j2": "run {{ params.word | shell }} x",
    }
    with tempfile.TemporaryDirectory() as folder:
        found = Workbench(Path(folder), Engine()).value(files, value=value, word=word)
    assert same(ast.literal_eval(found["python"]), [value])
    assert same(json.loads(found["json"]), [value])
    assert shlex.split(found["shell"]) == ["run", word, "x"]


HINT = (
    "  end it with `| python`, `| shell` or `| json`, or with `| raw` for no quoting; "
    "put parentheses around an expression of several parts"
)


@pytest.mark.parametrize(
    "expression", ["params.x", "params.x | upper", "'a' ~ (params.x | raw)", "1 if params.x | json"]
)
def test_text_expression_without_output_filter_is_refused(bench: Workbench, expression: str) -> None:
    error = bench.error({"a.yaml.j2": "a: 1\n", "t.conf.j2": f"\nx = {{{{ {expression} }}}}\n"})
    assert (
        reported(error)
        == f"templates/t.conf.j2:2: expression in a text template needs an output filter\n{HINT}"
    )


WRONG_USES = [
    (
        {"a.yaml.j2": "a: {{ text('b.yaml.j2') }}\n", "b.yaml.j2": "b: 1\n"},
        "templates/a.yaml.j2:1: 'b.yaml.j2' is a YAML template, not a text template",
    ),
    (
        {"a.yaml.j2": "a: 1\n{% include 'b.txt.j2' %}\n", "b.txt.j2": "b: 1\n"},
        "templates/a.yaml.j2:2: text templates and YAML templates cannot include each other",
    ),
    (
        {"a.yaml.j2": "a: 1\n", "b.txt.j2": "{% include '_c.yaml.j2' %}\n", "_c.yaml.j2": "b: 1\n"},
        "templates/b.txt.j2:1: text templates and YAML templates cannot include each other",
    ),
    (
        {"a.yaml.j2": "{% set name = 'b.txt.j2' %}\n{% include name %}\n", "b.txt.j2": "b: 1\n"},
        "templates/a.yaml.j2:2: text templates and YAML templates cannot include each other"
        " (component cnn in environment gke)",
    ),
]


@pytest.mark.parametrize(("files", "wanted"), WRONG_USES)
def test_text_and_yaml_templates_cannot_be_mixed(
    bench: Workbench, files: dict[str, str], wanted: str
) -> None:
    assert str(bench.error(files)) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("params.x | shell", "cannot quote a list as one shell word"),
        ("params.nul | shell", "string contains a NUL character, which shells do not allow"),
        ("none | raw", "none cannot be converted to a string"),
        ("params.x | raw", "a list cannot be converted to a string"),
    ],
)
def test_values_that_cannot_be_quoted_are_refused(bench: Workbench, expression: str, wanted: str) -> None:
    files = {"a.yaml.j2": "a: {{ text('t.sh.j2') }}\n", "t.sh.j2": f"{{{{ {expression} }}}}"}
    error = bench.error(files, x=[1], nul="\0")
    assert str(error) == f"templates/t.sh.j2:1: {wanted} (component cnn in environment gke)"


def test_output_filter_must_end_the_expression(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": "a: {{ text('t.sh.j2') }}\n",
        "t.sh.j2": "{{ (params.a if params.a else 'x') | json }}",
    }
    assert bench.value(files, a=None) == {"a": '"x"'}
