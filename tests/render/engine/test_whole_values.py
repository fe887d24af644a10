"""Every expression stands for one whole value, whatever the value holds."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlctl.render.engine.engine import Engine
from tests.render.engine.conftest import Workbench

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(
        [
            "no",
            "on",
            "1:30",
            "0o7",
            "1e3",
            "~",
            "=",
            "<<",
            "null",
            "a\nevil: true",
            "- x",
            "{{ params.x }}",
            "{% if %}",
            "\ue0000\ue001",
            "\ue0001\ue001",
            "'\"",
            "#",
            "a: b",
            "\x85\u2028\ufeff\x00\x7f",
            "*alias",
            "&a",
            "!!str",
            "---",
            "...",
            "\t",
            " ",
            "",
            "😀",
            "|",
            ">-",
        ]
    ),
)
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e16, 1e-7, -0.0]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)

AROUND = """\
before: 1
block:
  value: {{ params.wrapped }}
list:
- {{ params.x }}
- - {{ params.x }}
flow: [{{ params.x }}, {a: {{ params.wrapped }}}, 2]
anchored: &a {{ params.wrapped }}
again: *a # {{ params.x }}
{{ params.key }}: here
after: 2
"""


def same(left: Any, right: Any) -> bool:
    """Equal, and of the same types all the way down."""
    return json.dumps(left) == json.dumps(right)


@settings(max_examples=150, deadline=None)
@given(value=VALUES, key=TEXTS)
def test_any_json_value_comes_out_equal_in_any_position(value: Any, key: str) -> None:
    fixed = {"before", "block", "list", "flow", "anchored", "again", "after"}
    if key in fixed:
        key += "!"
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench(Path(folder), Engine())
        found = bench.value(AROUND, x=value, wrapped=[value], key=key)
    wanted = {
        "before": 1,
        "block": {"value": [value]},
        "list": [value, [value]],
        "flow": [value, {"a": [value]}, 2],
        "anchored": [value],
        "again": [value],
        key: "here",
        "after": 2,
    }
    assert same(found, wanted)


def test_a_key_whose_value_is_none_is_dropped(bench: Workbench) -> None:
    text = "a: {{ params.x }}\nb: null\nc: {{ 1 if params.x }}\nd:\n  e: {{ params.x }}\n"
    assert bench.value(text, x=None) == {"b": None, "d": {}}


def test_a_computed_key_whose_value_is_none_is_dropped(bench: Workbench) -> None:
    text = "{{ params.key }}: {{ params.x }}\nb: null\n{{ params.key ~ 2 }}: null\n"
    assert bench.value(text, key="k", x=None) == {"b": None, "k2": None}


def test_none_in_a_list_or_inside_a_value_stays(bench: Workbench) -> None:
    text = "list: [1, {{ params.x }}]\nvalue: {{ {'a': params.x} }}\n"
    assert bench.value(text, x=None) == {"list": [1, None], "value": {"a": None}}


def test_a_document_may_be_one_expression(bench: Workbench) -> None:
    assert bench.values("{{ params.x }}\n", x={"a": 1}) == [{"a": 1}]
    assert bench.values("{{ params.x }}\n", x=None) == []


def test_documents_are_ordered_by_file_name(bench: Workbench) -> None:
    files = {
        "b.yaml.j2": "n: {{ 3 }}\n",
        "a.yaml.j2": "{# first #}\n\nn: 1\n---\n{% if false %}\nn: 9\n{% endif %}\n---\nn: 2\n",
        "c.yaml": "n: 4 # {{ not an expression }}\n---\n---\nn: 5\n",
        "_partial.yaml.j2": "n: 99\n",
        "notes.txt.j2": "only a text",
    }
    found = bench.rendered(files)
    assert [(one.value, str(one.location)) for one in found] == [
        ({"n": 1}, "templates/a.yaml.j2:3"),
        ({"n": 2}, "templates/a.yaml.j2:9"),
        ({"n": 3}, "templates/b.yaml.j2:1"),
        ({"n": 4}, "templates/c.yaml:1:1"),
        ({"n": 5}, "templates/c.yaml:4:1"),
    ]


def test_plain_yaml_uses_the_core_schema(bench: Workbench) -> None:
    text = "a: no\nb: 1:30\nc: 0o7\nd: 2026-01-01\ne: {{ 'yes' }}\n"
    assert bench.value(text) == {"a": "no", "b": "1:30", "c": 7, "d": "2026-01-01", "e": "yes"}


def test_results_share_no_mutable_values(bench: Workbench) -> None:
    labels = {"app": {"of": ["mine"]}}
    files = {
        "a.yaml.j2": "a: {{ params.labels }}\nb: {{ params.labels }}\nc: &c {d: [1]}\ne: *c\n",
        "b.yaml.j2": "a: {{ fragment('f') }}\nb: {{ fragment('f') }}\n",
        "c.yaml": "a: &c {d: [1]}\nb: *c\n",
        "fragments/f.yaml.j2": "labels: {{ params.labels }}\nfixed: {x: [1]}\n",
    }
    first, again = bench.values(files, labels=labels), bench.values(files, labels=labels)
    collections: list[Any] = [labels, labels["app"], labels["app"]["of"]]
    for one in (*first, *again):
        waiting = [one]
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict | list):
                collections.append(item)
                waiting.extend(item.values() if isinstance(item, dict) else item)
    assert len({id(one) for one in collections}) == len(collections)


@pytest.mark.parametrize(
    "text",
    [
        "{{ params.x }}: 1\n",
        "{{ {params.x: 1} }}\n",
        "a: {b: {{ {1.5: {none: 2}} }}}\n",
    ],
)
def test_key_must_be_a_string(bench: Workbench, text: str) -> None:
    assert "key" in bench.error(text, x=3).message


def test_the_dialect_keeps_lines_as_they_are(bench: Workbench) -> None:
    text = "a:\r\n  {% if true %}\r\n  b: 1\r\n  {% endif %}\r\n"
    assert bench.value(text) == {"a": {"b": 1}}


def test_a_byte_order_mark_is_not_part_of_a_template(bench: Workbench) -> None:
    files = {"a.yaml.j2": "\ufeffa: {{ text('t.txt.j2') }}\n", "t.txt.j2": "\ufeffhello"}
    assert bench.value(files) == {"a": "hello"}
