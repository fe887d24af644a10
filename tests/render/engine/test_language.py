"""The part of Jinja2 that templates have: statements, operators, filters, tests."""

from typing import Any

import pytest

from tests.render.engine.conftest import Workbench


def test_statements_work_and_leave_no_blank_lines(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": """\
{% set port = 80 %}
{% with name = "x" %}
ports:
  {% for number in [port, port + 1] if number > 80 %}
  - name: {{ name ~ loop.index }}
    port: {{ number }}
    last: {{ loop.last }}
  {% else %}
  - none
  {% endfor %}
{% endwith %}
{% if params.on and not params.off %}
on: yes
{% elif params.off %}
off: yes
{% else %}
neither: yes
{% endif %}
{% for key, value in params.labels | dictsort %}
{{ key }}: {{ value }}
{% endfor %}
{% for key in params.labels %}
{{ "key-" ~ key }}: {{ loop.length }}
{% endfor %}
{% for x in params.nothing %}
never: 1
{% endfor %}
{% set ns = namespace(total=0) %}
{% for x in [1, 2, 3] %}
{% set ns.total = ns.total + x %}
{% endfor %}
total: {{ ns.total }}
{% include "_more.yaml.j2" %}
{% include "_absent.yaml.j2" ignore missing %}
{% raw %}
raw: "{{ x }}"
{% endraw %}
""",
        "_more.yaml.j2": "more: {{ port }}\n",
    }
    found = bench.value(files, on=True, off=False, labels={"b": 2, "a": 1}, nothing=None)
    assert found == {
        "ports": [{"name": "x1", "port": 81, "last": True}],
        "on": "yes",
        "a": 1,
        "b": 2,
        "key-b": 2,
        "key-a": 2,
        "total": 6,
        "more": 80,
        "raw": "{{ x }}",
    }


EXPRESSIONS: list[tuple[str, Any]] = [
    ('"web-" ~ 1 ~ 1.5 ~ true', "web-11.5true"),
    ("7 // 2 + 7 % 2 - 2 ** 3 * 1.5", -8.0),
    ('"ab" * 2 + "c"', "ababc"),
    ("[1] * 2 + [2]", [1, 1, 2]),
    ("params.text[1:3]", "bc"),
    ("params.list[-1]", 1),
    ('params["list"][0]', 3),
    ("params.map.items", "a key"),
    ("(1, 2)", [1, 2]),
    ("range(3)", [0, 1, 2]),
    ("range(6, 0, -2)", [6, 4, 2]),
    ("1 if false", None),
    ("params.none or 5", 5),
    ("1 < 2 < 3", True),
    ('"b" in params.text', True),
    ("4 not in params.list", True),
    ("params.text.startswith('ab') and params.text is endswith('cd')", True),
    ("params.text | upper | lower | capitalize", "Abcd"),
    ('" x " | trim', "x"),
    ('"a.b" | replace(".", "-")', "a-b"),
    ('"a,b" | split(",")', ["a", "b"]),
    ('[1, "a", true] | join("-")', "1-a-true"),
    ("params.text | truncate(2)", "ab"),
    ("[true, 1, 1.5] | map('string')", ["true", "1", "1.5"]),
    ("{'a': [1, none, 'é']} | json", '{"a": [1, null, "é"]}'),
    ("{'a': true} | tojson", '{"a": true}'),
    ('"it\'s" | shell', "'it'\"'\"'s'"),
    ("[true, none] | python", "[True, None]"),
    ('"é" | b64encode', "w6k="),
    ('"w6k=" | b64decode', "é"),
    ('"" | sha256', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("params.list | sort", [1, 2, 3]),
    ("params.list | sort(reverse=true)", [3, 2, 1]),
    ("[{'n': 2}, {'n': 1}] | sort(attribute='n')", [{"n": 1}, {"n": 2}]),
    ("[1, true, 1, {'a': 1}, {'a': 1}] | unique", [1, True, {"a": 1}]),
    ("[[1], [2, [3]], none, 4] | flatten", [1, 2, [3], 4]),
    ("params.list | first + params.list | last", 4),
    ("[] | first", None),
    ("none | length", 0),
    ("params.text | length", 4),
    ("params.list | reverse", [1, 2, 3]),
    ("params.map | items", [["items", "a key"], ["b", {"c": 1}]]),
    ("params.map | dictsort", [["b", {"c": 1}], ["items", "a key"]]),
    ("params.map | keys", ["items", "b"]),
    ("params.map | values | last", {"c": 1}),
    ("[params.map] | map(attribute='b.c')", [1]),
    ("params.list | select('gt', 1)", [3, 2]),
    ("params.list | reject('odd')", [2]),
    ("[0, 1, none] | select", [1]),
    ("[{'a': 1}, {'a': 2}] | selectattr('a', '==', 2)", [{"a": 2}]),
    ("[{'a': 1}, {}] | selectattr('a', 'defined')", [{"a": 1}]),
    ("[{'a': 1}, {'a': 2}] | rejectattr('a', 'even')", [{"a": 1}]),
    ("'12' | int + 1", 13),
    ("'1e3' | float", 1000.0),
    ("2.9 | int", 2),
    ("2.5 | round(1)", 2.5),
    ("2.4 | round(0, 'ceil')", 3),
    ("-3 | abs", 3),
    (
        "[4, '4', 0.5, '1000m', '1.5', 1e-7] | map('canonical_quantity')",
        ["4", "4", "500m", "1", "1500m", "100n"],
    ),
    (
        "['1024Mi', '1000Mi', '1.5Gi', '0.25Ki', '0'] | map('canonical_quantity')",
        ["1Gi", "1000Mi", "1536Mi", "256", "0"],
    ),
    (
        "['2000', '1073741824', '1E', '1000E', '2e9'] | map('canonical_quantity')",
        ["2k", "1073741824", "1E", "1000E", "2G"],
    ),
    ("none | canonical_quantity", None),
    ("params.list | max - params.list | min + params.list | sum", 8),
    ("params.none | default(1)", 1),
    ("params.map.absent | default('x')", "x"),
    ("false | default(1)", False),
    ("params.map.absent is defined", False),
    ("'items' in params.map", True),
    ("params.none is none and 1 is integer and 1 is number and 1.5 is float", True),
    ("true is integer or true is number", False),
    ("'a' is string and [] is sequence and {} is mapping and true is boolean", True),
    ("4 is even and 3 is odd and 6 is divisibleby(3)", True),
    ("1 is in [1] and 1 is not in [2]", True),
]


@pytest.mark.parametrize(("expression", "wanted"), EXPRESSIONS)
def test_an_expression_has_its_value(bench: Workbench, expression: str, wanted: Any) -> None:
    params = {
        "text": "abcd",
        "list": [3, 2, 1],
        "map": {"items": "a key", "b": {"c": 1}},
        "none": None,
    }
    found = bench.evaluated(expression, **params)
    assert (found, type(found)) == (wanted, type(wanted))


def test_values_are_not_changed_by_what_templates_do_with_them(bench: Workbench) -> None:
    params = {"a": [3, 1], "b": {"x": {"y": None}}}
    text = "a: {{ params.a | sort | reverse }}\nb: {{ params.b | merge({'x': {'z': 1}}) }}\n"
    assert bench.value(text, **params) == {"a": [3, 1], "b": {"x": {"z": 1}}}
    assert params == {"a": [3, 1], "b": {"x": {"y": None}}}
