"""What a template makes from a secret is marked, whatever it is made with; what only asks about it is not."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlctl.errors import Location, RenderError
from dlctl.render.engine.engine import Engine
from dlctl.render.engine.filters.table import TEXT_TEMPLATE_FILTERS
from dlctl.render.engine.language.compiler import LOOP_FILTER
from dlctl.render.engine.language.operators import INTERCEPTED
from dlctl.render.engine.language.undefined import TEXT_METHODS
from dlctl.render.engine.model import Rendered
from dlctl.render.engine.secret_values import MAX_KEPT, Derived, marked
from dlctl.render.secret_places import without_marks
from dlctl.secret_fields import changed_at
from tests.render.engine.conftest import Workbench

pytestmark = pytest.mark.slow

SECRET = {"word": "Pass, Word", "pin": 4711, "rate": 1.5, "many": ["one", "two"], "held": {"k": "v"}}
OPEN = {"plain": "open", "rows": [{"name": "a", "v": 1}], "no": None}

FILES = {
    "fragments/both.yaml.j2": "open: 1\nshut: {{ given }}\nmore: [x, {{ params.word }}]\n",
    "fragments/made.yaml.j2": "{{ given | upper }}\n",
    "plain.txt.j2": "text {{ params.plain | json }}",
    "whole.txt.j2": "password = {{ given | json }}\n",
    "number.txt.j2": "{% include 'inner.txt.j2' %}",
    "inner.txt.j2": "pin {{ params.pin | raw }}",
}


def shown(bench: Workbench, files: Mapping[str, str], secret: Mapping[str, Any] = SECRET) -> Any:
    """What a template renders, with `***` for what is marked."""
    params = {**OPEN, **{name: marked(value) for name, value in secret.items()}}
    loaded = bench.engine.load(bench.set_of({**FILES, **files}))
    (found,) = bench.engine.render(loaded, {"params": params}, derived=Derived())
    plain = without_marks(Rendered(found.value, Location("a")))
    return changed_at(plain.value, plain.secret_fields, lambda _: "***")


def made(bench: Workbench, expression: str) -> Any:
    """What an expression makes, with `***` for what is marked."""
    return shown(bench, {"a.yaml.j2": f"found: {{{{ [{expression}] }}}}\n"})["found"][0]


BY_FILTER = {
    "abs": ("-params.pin | abs", "***"),
    "b64decode": ("params.plain | b64encode ~ '' | b64decode if false else params.word | b64encode", "***"),
    "b64encode": ("('user:' ~ params.word) | b64encode", "***"),
    "canonical_quantity": ("params.pin | canonical_quantity", "***"),
    "capitalize": ("params.word | capitalize", "***"),
    "count": ("[params.word, params.word | count]", ["***", "***"]),
    "d": ("[params.no | d(params.word), params.word | d('x'), 'x' | d(params.word)]", ["***", "***", "x"]),
    "default": ("[params.no | default(params.word), params.plain | default('x')]", ["***", "open"]),
    "dictsort": ("{'b': params.word, 'a': 1} | dictsort", [["a", 1], ["b", "***"]]),
    "first": ("[[params.word, 1] | first, [1, params.word] | first]", ["***", 1]),
    "flatten": ("[[params.word], [1]] | flatten", ["***", 1]),
    "float": ("params.pin | float", "***"),
    "int": ("params.rate | int", "***"),
    "items": ("{'a': params.word, 'b': 1} | items", [["a", "***"], ["b", 1]]),
    "join": ("[['a', params.word] | join(','), ['a', 'b'] | join(params.word)]", ["***", "***"]),
    "json": ("[{'a': {'b': [params.word]}} | json, {'a': 1} | json]", ["***", '{"a": 1}']),
    "keys": ("{'a': params.word} | keys", ["a"]),
    "last": ("[[params.word, 1] | last, [1, params.word] | last]", [1, "***"]),
    "length": ("[params.word | length, [params.word] | length]", ["***", 1]),
    "list": ("[params.word[:2] | list, [1, params.word] | list]", [["***", "***"], [1, "***"]]),
    "lower": ("params.word | lower", "***"),
    "map": (
        "[[params.word, 'b'] | map('upper') | list, [{'a': params.word}] | map(attribute='a') | list]",
        [["***", "B"], ["***"]],
    ),
    "max": ("[[1, params.pin] | max, [1, 9999] | max]", ["***", 9999]),
    "merge": (
        "{'a': {'x': 1}} | merge({'a': {'y': params.word}}, {'b': [params.word]})",
        {"a": {"x": 1, "y": "***"}, "b": ["***"]},
    ),
    "min": ("[[99999, params.pin] | min, [1, params.pin] | min]", ["***", 1]),
    "python": ("[params.held | python, [1] | python]", ["***", "[1]"]),
    "quantity": ("params.pin | quantity", "***"),
    "raw": ("text('number.txt.j2')", "***"),
    "reject": ("[params.word, 0, ''] | reject", [0, ""]),
    "rejectattr": ("[{'a': 0, 'b': params.word}] | rejectattr('a')", [{"a": 0, "b": "***"}]),
    "replace": (
        "[params.word | replace('s', '5'), 'abc' | replace('b', params.word)]",
        ["***", "***"],
    ),
    "reverse": ("[1, params.word] | reverse", ["***", 1]),
    "round": ("params.rate | round", "***"),
    "select": ("[params.word, 0, 'a'] | select", ["***", "a"]),
    "selectattr": ("[{'a': 1, 'b': params.word}] | selectattr('a')", [{"a": 1, "b": "***"}]),
    "sha256": ("params.word | sha256", "***"),
    "shell": ("params.word | shell", "***"),
    "sort": ("['zzz', params.word] | sort", ["***", "zzz"]),
    "split": ("[params.word | split(', '), 'a b' | split]", [["***", "***"], ["a", "b"]]),
    "string": ("[params.pin | string, 5 | string]", ["***", "5"]),
    "sum": ("[1, params.pin] | sum", "***"),
    "tojson": ("params.many | tojson", "***"),
    "trim": ("[params.word | trim('P'), ' x ' | trim]", ["***", "x"]),
    "truncate": ("[params.word | truncate(3), 'abcdef' | truncate(params.pin)]", ["***", "***"]),
    "unique": ("[params.word, params.word, 1] | unique", ["***", 1]),
    "upper": ("[params.word | upper, params.plain | upper]", ["***", "OPEN"]),
    "values": ("{'a': params.word, 'b': 1} | values", ["***", 1]),
}
"""One expression for each filter, and what it makes: a new filter needs one, too."""


def test_every_filter_has_a_case() -> None:
    assert BY_FILTER.keys() == TEXT_TEMPLATE_FILTERS.keys() - {LOOP_FILTER}


@pytest.mark.parametrize("name", BY_FILTER)
def test_filters_keep_secrets_marked(bench: Workbench, name: str) -> None:
    expression, expected = BY_FILTER[name]
    assert made(bench, expression) == expected


ARGUMENTS = {
    "split": "','",
    "rsplit": "','",
    "removeprefix": "'Pa'",
    "removesuffix": "'rd'",
    "startswith": "'P'",
    "endswith": "'d'",
}


@pytest.mark.parametrize("name", sorted(TEXT_METHODS))
def test_methods_of_strings_keep_secrets_marked(bench: Workbench, name: str) -> None:
    found = made(bench, f"params.word.{name}({ARGUMENTS.get(name, '')})")
    if name in ("startswith", "endswith", "isdigit"):
        assert isinstance(found, bool)
    else:
        assert found in ("***", ["***", "***"])


def test_methods_with_a_secret_argument_make_secrets(bench: Workbench) -> None:
    assert made(bench, "['ab'.removeprefix(params.word), 'ab'.removeprefix('a')]") == ["***", "b"]


@pytest.mark.parametrize("sign", sorted(INTERCEPTED))
def test_operators_keep_secrets_marked(bench: Workbench, sign: str) -> None:
    power = "2" if sign == "**" else "params.rate"
    assert made(bench, f"[params.rate {sign} 2, 3 {sign} {power}]") == ["***", 9 if sign == "**" else "***"]


EXPRESSIONS = {
    "concatenated": ("['http://u:' ~ params.word ~ '@h', 1 ~ params.pin, 'a' ~ 1]", ["***", "***", "a1"]),
    "lists added": ("[1] + [params.word]", [1, "***"]),
    "repeated": ("[params.word * 2, 'ab' * params.pin, [1, params.word] * 2]", None),
    "negated": ("[-params.pin, +params.rate, -params.rate]", ["***", "***", "***"]),
    "slices": ("[params.word[1:3], params.word[::-1], params.word[0], [1, params.word][1:]]", None),
    "inside": ("[params.many[0], params.held.k, params.held['k'], params.held]", None),
    "choices": ("[params.word or 1, params.no or params.word, 1 and params.word]", ["***", "***", "***"]),
    "branches": ("['a' if params.word else 'b', params.word if 1 else 2, 1 if 0 else params.pin]", None),
    "tests": ("[params.word is string, params.word == 'x', params.pin > 1, 'P' in params.word]", None),
    "range": ("[range(params.pin, params.pin + 2), range(2)]", [["***", "***"], [0, 1]]),
    "fragment": ("fragment('both', given=params.word)", {"open": 1, "shut": "***", "more": ["x", "***"]}),
    "open fragment": ("fragment('both', given=1)", {"open": 1, "shut": 1, "more": ["x", "***"]}),
    "fragment of a scalar": ("[fragment('made', given=params.word), fragment('made', given='a')]", None),
    "text": ("[text('whole.txt.j2', given=params.word), text('whole.txt.j2', given=1)]", None),
    "open text": ("text('plain.txt.j2')", 'text "open"'),
    "json in json": ("{'a': {'b': params.word} | json} | json", "***"),
}
EXPECTED = {
    "repeated": ["***", "***", [1, "***", 1, "***"]],
    "slices": ["***", "***", "***", ["***"]],
    "inside": ["***", "***", "***", {"k": "***"}],
    "branches": ["a", "***", "***"],
    "tests": [True, False, True, True],
    "fragment of a scalar": ["***", "A"],
    "text": ["***", "password = 1\n"],
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions_keep_secrets_marked(bench: Workbench, name: str) -> None:
    expression, expected = EXPRESSIONS[name]
    if name == "repeated":  # a secret number that is not too large to repeat by
        files = {"a.yaml.j2": f"found: {{{{ [{expression}] }}}}\n"}
        found = shown(bench, files, {**SECRET, "pin": 2})["found"][0]
    else:
        found = made(bench, expression)
    assert found == EXPECTED.get(name, expected)


def test_statements_keep_secrets_marked(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": """\
{% set it = params.word | upper %}
{% set box = namespace(v=1) %}
{% for each in params.many %}{% set box.v = each %}{% endfor %}
set: {{ it }}
with: {% with x = params.pin + 1 %}{{ x }}{% endwith %}

for: [{% for each in [params.word, 1] %}{{ each }}, {{ loop.index }}, {% endfor %}]
keys: {% for key, each in params.held | items %}{{ each }}{% endfor %}

box: {{ box.v }}
{% include "_more.yaml.j2" %}
{% if params.word %}
branch: 1
{% endif %}
""",
        "_more.yaml.j2": "included: {{ it[1:] }}\n",
    }
    assert shown(bench, files) == {
        "set": "***",
        "with": "***",
        "for": ["***", 1, 1, 2],
        "keys": "***",
        "box": "***",
        "included": "***",
        "branch": 1,
    }


def test_a_mapping_with_a_secret_key_is_secret_as_a_whole(bench: Workbench) -> None:
    template = "a: {{ {params.word: 1, 'b': 2} }}\nc:\n  {{ params.word | upper }}: 1\nd: {{ params.held }}\n"
    assert shown(bench, {"a.yaml.j2": template}) == {"a": "***", "c": "***", "d": {"k": "***"}}


def test_items_with_unique_names_are_listed_by_name(bench: Workbench) -> None:
    params = {"word": marked("abc")}
    template = (
        "env: [{name: A, value: 1}, {name: B/~, value: {{ params.word }}}]\nargs: [x, {{ params.word }}]\n"
    )
    loaded = bench.engine.load(bench.set_of({"a.yaml.j2": template}))
    (found,) = bench.engine.render(loaded, {"params": params}, derived=Derived())
    assert without_marks(found).secret_fields == (("env", "[name=B/~]", "value"), ("args", "1"))


def test_derived_strings_take_no_more_memory_than_messages_need(bench: Workbench) -> None:
    template = (
        "{% set box = namespace(v='') %}{% for _ in range(5000) %}{% set box.v = box.v ~ params.word %}"
        "{% endfor %}\nend: {{ box.v }}\n"
    )
    loaded = bench.engine.load(bench.set_of({"a.yaml.j2": template}))
    derived = Derived()
    (found,) = bench.engine.render(loaded, {"params": {"word": marked("secret")}}, derived=derived)
    assert without_marks(found).secret_fields == (("end",),)
    assert 0 < sum(map(len, derived.texts)) <= MAX_KEPT


# Expressions by chance: with two other secrets, everything that is not marked is the same.

_TEXT_FILTERS = ("upper", "lower", "capitalize", "trim", "json", "python", "shell", "string", "b64encode")
_MORE_FILTERS = ("sha256", "truncate(4)", "replace('a', 'bb')", "list | join('-')", "split('a') | join('+')")
TEXTS = st.recursive(
    st.sampled_from(
        ("params.word", "params.many[1]", "params.held.k", "params.plain", "'lit'", "params.pin | string")
    ),
    lambda inner: st.one_of(
        st.builds("({} ~ {})".format, inner, inner),
        st.builds("({} | {})".format, inner, st.sampled_from(_TEXT_FILTERS + _MORE_FILTERS)),
        st.builds("{}[1:5]".format, inner.map("({})".format)),
        st.builds("({}).upper().lstrip('P')".format, inner),
        st.builds("fragment('made', given={})".format, inner),
        st.builds("text('whole.txt.j2', given={})".format, inner),
        st.builds("({} if params.plain else 'no')".format, inner),
    ),
    max_leaves=5,
)
VALUES = st.recursive(
    TEXTS | st.sampled_from(("params.pin", "params.pin + 1", "params.many", "params.rate * 2", "7", "none")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.lists(inner, max_size=3).map(
            lambda parts: "{" + ", ".join(f"'k{number}': {part}" for number, part in enumerate(parts)) + "}"
        ),
        st.builds(
            "([{}] | {})".format, inner, st.sampled_from(("first", "reverse", "list", "flatten", "json"))
        ),
        st.builds(
            "({{'a': {}}} | {})".format, inner, st.sampled_from(("items", "values", "merge({'b': 1})"))
        ),
        st.builds("({{'x': {}}} | merge(fragment('both', given={})))".format, inner, inner),
    ),
    max_leaves=6,
)
OTHER = {"word": "Rast, Lord", "pin": 9823, "rate": 2.5, "many": ["ein", "zwo"], "held": {"k": "w"}}


@settings(max_examples=300, deadline=None)
@given(expression=VALUES)
def test_what_is_not_marked_does_not_depend_on_a_secret(expression: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench(Path(folder), Engine())
        files = {"a.yaml.j2": f"found: {{{{ [{expression}] }}}}\n"}
        try:
            first = shown(bench, files)
        except RenderError:
            return
        assert first == shown(bench, files, OTHER)
        assert json.dumps(first)
