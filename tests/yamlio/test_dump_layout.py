"""How dumped YAML looks: what people read, and diff."""

import enum
from typing import Any

import pytest

from dlctl.errors import YamlError
from dlctl.yamlio.block import Style, block_lines, flow_text
from dlctl.yamlio.dump import dump, dump_documents, dump_json
from dlctl.yamlio.load import load_all

MANIFEST = {
    "kind": "ConfigMap",
    "apiVersion": "v1",
    "metadata": {"name": "a", "labels": {}, "annotations": {"on": "no", "time": "1:30", "port": "8080:80"}},
    "spec": {
        "args": ["--lr=0.1", "-c", "cd /\nmake -j\n", [["nested"], []]],
        "containers": [{"name": "main", "image": "gcr.io/x/y:v1.2", "env": [{"name": "A", "value": "0123"}]}],
        "url": "http://h:80/?q=#x",
        "ratio": 1e16,
        "left": None,
        "last": True,
    },
}

LAYOUT = """\
kind: ConfigMap
apiVersion: v1
metadata:
  name: a
  labels: {}
  annotations:
    "on": "no"
    time: "1:30"
    port: "8080:80"
spec:
  args:
  - --lr=0.1
  - -c
  - |
    cd /
    make -j
  - - - nested
    - []
  containers:
  - name: main
    image: gcr.io/x/y:v1.2
    env:
    - name: A
      value: "0123"
  url: http://h:80/?q=#x
  ratio: 1.0e+16
  left: null
  last: true
"""


def test_a_manifest_is_laid_out_as_kubectl_does() -> None:
    assert dump(MANIFEST) == LAYOUT


def test_documents_are_separated() -> None:
    text = dump_documents([{"a": 1}, {"b": "x\n"}, "c"])
    assert text == "a: 1\n---\nb: |\n  x\n---\nc\n"
    assert [document.value for document in load_all(text, "x")] == [{"a": 1}, {"b": "x\n"}, "c"]


def test_no_documents_are_no_text() -> None:
    assert dump_documents([]) == ""


def test_shared_object_is_written_twice_without_alias() -> None:
    shared = {"a": [1]}
    assert dump({"x": shared, "z": shared}) == "x:\n  a:\n  - 1\nz:\n  a:\n  - 1\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("1.2.3", "1.2.3"),
        ("10.0.0.1", "10.0.0.1"),
        ("nvidia.com/gpu", "nvidia.com/gpu"),
        ("a, b", "a, b"),
        ("🚀 é 日本", "🚀 é 日本"),
        ("it's", "it's"),
        ("y", '"y"'),
        ("1e3", '"1e3"'),
        ("0o7", '"0o7"'),
        ("", '""'),
        (" x", '" x"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ('"x"', "'\"x\"'"),
        ("C:\\x: it's", "'C:\\x: it''s'"),
        ("a\tb", '"a\\tb"'),
        ("\x00\x1b\x7f\x85", '"\\u0000\\u001b\\u007f\\u0085"'),
        ("\ufeff\u200b\u202e", '"\\ufeff\\u200b\\u202e"'),
        ("trailing \nblank", '"trailing \\nblank"'),
        ("a\n\n", '"a\\n\\n"'),
        (" a\nb", '" a\\nb"'),
        ("a\n\n\tb", "|-\n  a\n\n  \tb"),
        (1e-07, "1.0e-07"),
        (-0.0, "-0.0"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_a_scalar(value: Any, text: str) -> None:
    assert dump(value) == text + "\n"


class Colour(enum.StrEnum):
    RED = "no"


class Number(enum.IntEnum):
    ONE = 1


def test_subclasses_of_json_types_are_written_as_values() -> None:
    assert dump([Colour.RED, Number.ONE, (1, 2)]) == '- "no"\n- 1\n- - 1\n  - 2\n'


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


NOT_JSON = [float("nan"), float("inf"), {1, 2}, b"x", object(), endless()]


@pytest.mark.parametrize("value", [*NOT_JSON, "\ud800", 10**5000], ids=lambda value: type(value).__name__)
def test_values_without_json_form_are_refused(value: Any) -> None:
    with pytest.raises(YamlError):
        dump({"a": [value]})


@pytest.mark.parametrize("value", NOT_JSON, ids=lambda value: type(value).__name__)
def test_dump_json_refuses_values_without_json_form(value: Any) -> None:
    with pytest.raises(YamlError):
        dump_json({"a": [value]})


def test_json_is_indented_and_keeps_order() -> None:
    assert dump_json({"b": [1, "é🚀\x1b\x9b"], "a": {}}) == (
        '{\n  "b": [\n    1,\n    "é🚀\\u001b\\u009b"\n  ],\n  "a": {}\n}\n'
    )


def test_other_indentation() -> None:
    lines = block_lines({"a": {"b": [{"c": 1, "d": [2]}]}}, Style(indent=4, list_offset=2))
    assert lines == ["a:", "    b:", "      - c: 1", "        d:", "          - 2"]


def test_one_line() -> None:
    assert flow_text({"a": ["x, y", "b]", "c:"], "d": {}}) == '{a: ["x, y", "b]", "c:"], d: {}}'
