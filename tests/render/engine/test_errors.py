"""Golden errors: what people read when a template is wrong."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.render.engine.conftest import Workbench, reported

PARAMS: dict[str, Any] = {
    "num_gpus": 1,
    "image": "tf",
    "items": [1],
    "nothing": None,
    "labels": {"app": "x"},
    "secret": "hunter2",
}

CASES: list[tuple[str, str]] = [
    (
        "a: 1\nb: {{ params.nmu_gpus }}\n",
        "templates/a.yaml.j2:2: no parameter 'nmu_gpus'\n  did you mean 'num_gpus'?",
    ),
    (
        "a: 1\nb: {{ [1, params.nmu_gpus] }}\n",
        "templates/a.yaml.j2:2: no parameter 'nmu_gpus'\n  did you mean 'num_gpus'?",
    ),
    (
        "{% if params.nmu_gpus %}\n{% endif %}\n",
        "templates/a.yaml.j2:1: no parameter 'nmu_gpus'\n  did you mean 'num_gpus'?",
    ),
    (
        "a: {{ params.nmu_gpus | default(1) }}\n",
        "templates/a.yaml.j2:1: no parameter 'nmu_gpus'\n  did you mean 'num_gpus'?",
    ),
    (
        "a: {{ params.nmu_gpus is defined }}\n",
        "templates/a.yaml.j2:1: no parameter 'nmu_gpus'\n  did you mean 'num_gpus'?",
    ),
    (
        "a: {{ component.nme }}\n",
        "templates/a.yaml.j2:1: no 'nme' in component\n  did you mean 'name'?",
    ),
    (
        "a: {{ environment.cluster }}\n",
        "templates/a.yaml.j2:1: no 'cluster' in environment\n  known names: name, namespace",
    ),
    ("a: {{ name }}\n", "templates/a.yaml.j2:1: 'name' is not defined\n  did you mean 'component.name'?"),
    ("a: {{ xyzzy }}\n", "templates/a.yaml.j2:1: 'xyzzy' is not defined"),
    (
        "a: {{ gpus }}\n",
        "templates/a.yaml.j2:1: 'gpus' is not defined\n  did you mean 'params.num_gpus'?",
    ),
    (
        "a: {{ parms.image }}\n",
        "templates/a.yaml.j2:1: 'parms' is not defined\n  did you mean 'params'?",
    ),
    (
        "a: {{ params.labels.ap }}\n",
        "templates/a.yaml.j2:1: mapping has no key 'ap'\n  did you mean 'app'?",
    ),
    (
        "a: {{ params.nothing.size }}\n",
        "templates/a.yaml.j2:1: none has no 'size'\n  test for none first: `x.size if x else none`",
    ),
    (
        "a: {{ params.image.replace('a', 'b') }}\n",
        "templates/a.yaml.j2:1: a string has no 'replace'\n"
        "  to apply a filter, write `x | replace`; string methods: "
        "endswith, isdigit, lower, lstrip, removeprefix, "
        "removesuffix, rsplit, rstrip, split, startswith, strip, upper",
    ),
    (
        "a: {{ params.labels.items() }}\n",
        "templates/a.yaml.j2:1: mapping has no key 'items'\n  use the filter: `x | items`",
    ),
    ("a: {{ params.items[3] }}\n", "templates/a.yaml.j2:1: index 3 is out of range: a list of length 1"),
    (
        "a: 1\n\nname: web-{{ params.image }}\n",
        "templates/a.yaml.j2:3: expression is only part of a value; it must be the whole value\n"
        '  write {{ "web-" ~ params.image }}',
    ),
    (
        "image: {{ params.image }}:{{ params.num_gpus + 1 }}\n",
        "templates/a.yaml.j2:1: expression is only part of a value; it must be the whole value\n"
        '  write {{ params.image ~ ":" ~ (params.num_gpus + 1) }}',
    ),
    (
        'image: "{{ params.image }}"\n',
        "templates/a.yaml.j2:1: expression with quotes or a tag: "
        "an expression is a whole value and needs neither\n"
        "  write {{ params.image }}; `{{ params.image | string }}` converts it to a string",
    ),
    (
        "a: |\n  x = {{ params.image }}\n",
        "templates/a.yaml.j2:2: expression inside a block scalar\n"
        '  move the text to a text template: `{{ text("name.txt.j2") }}`',
    ),
    (
        "a: x{{ 1 }}\nb: 'y{{ 2 }}'\n",
        "templates/a.yaml.j2:1: expression is only part of a value; it must be the whole value\n"
        '  write {{ "x" ~ 1 }}\n'
        "templates/a.yaml.j2:2: expression is only part of a value; it must be the whole value\n"
        '  write {{ "y" ~ 2 }}',
    ),
    (
        "{% for x in [1, 2] %}\na: {{ x }}\n{% endfor %}\n",
        "templates/a.yaml.j2:2: duplicate key 'a': already defined in line 2",
    ),
    (
        "{% set x = 1 %}\na: 1\n{% if x %}\nb: 1\na: 2\n{% endif %}\n",
        "templates/a.yaml.j2:5: duplicate key 'a': already defined in line 2",
    ),
    (
        "{{ 'a' }}: 1\n{{ 'a' }}: 2\n",
        "templates/a.yaml.j2:2: duplicate key",
    ),
    (
        "{% if true %}\na: 1\n\tb: 2\n{% endif %}\n",
        "templates/a.yaml.j2:3: invalid YAML: found a tab character that violates indentation\n"
        "  there is a tab: indent with spaces",
    ),
    (
        "{% if true %}\na: {b: 1\nc: 2\n{% endif %}\n",
        "templates/a.yaml.j2:3: invalid YAML: did not find expected ',' or '}'\n"
        "  close the bracket that is opened in line 2, or quote a value that contains ': ' or ','",
    ),
    (
        "a: {{ 'web-' + params.num_gpus }}\n",
        "templates/a.yaml.j2:1: '+' is not supported between a string and an integer\n"
        '  join strings with `~`: `"web-" ~ x`',
    ),
    (
        "a: {{ 'web-' ~ params.nothing }}\n",
        "templates/a.yaml.j2:1: none cannot be converted to a string\n"
        '  set a default: `x | default("")`, or test `x is none`',
    ),
    (
        "a: {{ 'web-' ~ params.items }}\n",
        "templates/a.yaml.j2:1: a list cannot be converted to a string\n"
        '  use `| join(",")` for a list, `| json` for any value',
    ),
    ("a: {{ 1 / 0 }}\n", "templates/a.yaml.j2:1: division by zero"),
    ("a: {{ params.secret | int }}\n", "templates/a.yaml.j2:1: string is not an integer"),
    (
        "a: {{ params.image | join(1, 2) }}\n",
        "templates/a.yaml.j2:1: wrong arguments for `join`\n  usage: join(separator='')",
    ),
    (
        "{% for x in params.image %}\n{% endfor %}\n",
        "templates/a.yaml.j2:1: cannot loop over a string: expected a list or a mapping\n"
        "  for a string: `x | split(',')` or `x | list`",
    ),
    ("a: {{ 1 < 'a' }}\n", "templates/a.yaml.j2:1: '<' not supported between instances of 'int' and 'str'"),
    ("a: {{ params.num_gpus() }}\n", "templates/a.yaml.j2:1: an integer cannot be called"),
    (
        "a: {{ fragment }}\n",
        "templates/a.yaml.j2:1: function used as a value\n  call it with parentheses",
    ),
    (
        "a: {{ params.image.upper }}\n",
        "templates/a.yaml.j2:1: function used as a value\n  call it with parentheses",
    ),
    ("a: {{ 1e308 * 10 }}\n", "templates/a.yaml.j2:1: inf is not a valid JSON number"),
    ("a: {{ 'nan' | float }}\n", "templates/a.yaml.j2:1: nan is not a valid JSON number"),
    ("a: {{ namespace(x=1) }}\n", "templates/a.yaml.j2:1: a namespace cannot be written as YAML"),
    (
        "a: {{ '\\ud800' }}\n",
        "templates/a.yaml.j2:1: invalid Unicode: unpaired surrogate",
    ),
    (
        "a: {{ {'b': params.image.upper} }}\n",
        "templates/a.yaml.j2:1: function used as a value\n  call it with parentheses",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_template_error_has_location_and_hint(bench: Workbench, text: str, wanted: str) -> None:
    subject = " (component cnn in environment gke)"
    assert reported(bench.error(text, **PARAMS)).replace(subject, "") == wanted


def test_the_component_and_environment_are_named(bench: Workbench) -> None:
    error = bench.error("a: {{ params.foo }}\n")
    assert str(error) == ("templates/a.yaml.j2:1: no parameter 'foo' (component cnn in environment gke)")


INSIDE: list[tuple[Mapping[str, str], str]] = [
    (
        {"a.yaml.j2": "a: 1\n{% include '_b.yaml.j2' %}\n", "_b.yaml.j2": "b: 1\nc: {{ params.foo }}\n"},
        "templates/_b.yaml.j2:2: no parameter 'foo'",
    ),
    (
        {"a.yaml.j2": "a: 1\n{% include '_b.yaml.j2' %}\n", "_b.yaml.j2": "b: 1\nc: 1\na: 2\n"},
        "templates/_b.yaml.j2:3: duplicate key 'a': already defined in line 1",
    ),
    (
        {"a.yaml.j2": "a: 1\n{% include '_b.yaml.j2' %}\n", "_b.yaml.j2": "b: 1\nc: x{{ 1 }}\n"},
        "templates/_b.yaml.j2:2: expression is only part of a value; it must be the whole value",
    ),
    (
        {"a.yaml.j2": "a:\n  b: {{ fragment('f') }}\n", "fragments/f.yaml.j2": "\nb: {{ 1 / 0 }}\n"},
        "fragments/f.yaml.j2:2: division by zero",
    ),
    (
        {"a.yaml.j2": "a:\n  b: {{ fragment('f') }}\n", "fragments/f.yaml.j2": "\nb: {{ params.foo }}\n"},
        "fragments/f.yaml.j2:2: no parameter 'foo'",
    ),
    (
        {"a.yaml.j2": "a:\n  b: {{ text('t.py.j2') }}\n", "t.py.j2": "\nb = {{ params.foo | json }}\n"},
        "templates/t.py.j2:2: no parameter 'foo'",
    ),
    (
        {"a.yaml.j2": "a: {{ fragment('f') }}\n", "fragments/f.yaml.j2": "a: 1\n---\n\nb: 1\n"},
        "fragments/f.yaml.j2:4: fragment must be one YAML document, found several",
    ),
    (
        {"a.yaml.j2": "\na: {{ fragment('f', params=1) }}\n", "fragments/f.yaml.j2": "a: 1\n"},
        "templates/a.yaml.j2:2: 'params' is already in scope",
    ),
]


@pytest.mark.parametrize(("files", "wanted"), INSIDE)
def test_an_error_names_the_innermost_template(
    bench: Workbench, files: Mapping[str, str], wanted: str
) -> None:
    found = str(bench.error(files)).replace(" (component cnn in environment gke)", "")
    assert found == wanted


def test_values_never_appear_in_errors(bench: Workbench) -> None:
    secret = "hunter2"
    for expression in (
        "params.s | int",
        "params.s | float",
        "params.s + 1",
        "params.s % 1",
        "params.s < 1",
        "params.s()",
        "params.s.x",
        "params.s[9]",
        "params.s | b64decode",
        "{'a': params.s} | merge({'a': 'other'})",
        "[1, params.s] | sort",
        "params.s | map('upper')",
        "[1] | map(params.s)",
        "fragment(1, x=params.s)",
        "range(params.s)",
        "[params.s] | sum",
        "params.s | round",
        "params.s | canonical_quantity",
        "[params.s, 1] | max",
        "params.s in 5",
        "{params.s: 1, 1: 2}",
    ):
        error = bench.error(f"a: {{{{ {expression} }}}}\n", s=secret)
        assert secret not in reported(error), expression


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1e400", "number too large"),
        ("[-1e400]", "number too large"),
        ('"x".split("")', "wrong arguments for `split`"),
        ('"x".split(",", "y")', "wrong arguments for `split`"),
        ('"x".startswith(1)', "wrong arguments for `startswith`"),
        ('"x".upper(1)', "wrong arguments for `upper`"),
    ],
)
def test_errors_do_not_mention_python(bench: Workbench, expression: str, message: str) -> None:
    error = bench.error(f"a: {{{{ {expression} }}}}\n")
    assert message in error.message
    assert str(error.location) == "templates/a.yaml.j2:1"
