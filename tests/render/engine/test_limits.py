"""Templates that would never end, or fill the memory, are stopped soon, with an error.

Each runs in a process of its own whose memory is limited, so that a limit that does not hold ends
that process and not the test run.
"""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

MEMORY = 700_000_000
"""Bytes of address space: several times what an interpreter with jinja2 needs."""
SECONDS = 60
"""Far more than any of these takes; a slow machine must not fail them."""

PROGRAM = """
import json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
from dlctl.errors import RenderError
from dlctl.render.engine.engine import Engine
from dlctl.render.engine.template_set import TemplateSet
root = Path(sys.argv[1])
engine = Engine()
try:
    templates = engine.load(TemplateSet(root / "templates", (root / "fragments",)))
    found = engine.render(templates, {"params": {"x": "abc", "big": "x" * 900_000}})
    print("rendered", len(found))
except RenderError as error:
    print("refused", (error.problems or (error,))[0].message)
"""

EXPRESSIONS = {
    "repeated text": "'a' * 10**9",
    "repeated text, turned around": "10**9 * 'a'",
    "repeated list": "[1] * 10**9",
    "power": "10**(10**10)",
    "power of powers": "((9**99)**99)**99",
    "float power": "10.0 ** (10**9)",
    "product": "*".join(["9**300"] * 200),
    "formatting": "'%999999999d' % 1",
    "format filter": "'%999999999d' | format(1)",
    "center": "'x' | center(10**9)",
    "center method": "'x'.center(10**9)",
    "zfill": "'x'.zfill(10**9)",
    "expandtabs": "'\\t'.expandtabs(10**9)",
    "indent": "'x' | indent(10**9)",
    "range": "range(10**12)",
    "range beyond counting": "range(10**30)",
    "range filter chain": "range(10**12) | map('string') | join",
    "replace": "params.big | replace('x', params.big)",
    "join": "range(100000) | join(params.big)",
    "repeated chain": "('a,' * 1000) | replace(',', 'a,' * 1000) | replace(',', 'a,' * 1000)",
    "batch": "range(10) | batch(10**9, 0)",
    "slice": "range(10) | slice(10**9)",
    "lipsum": "lipsum(10**9)",
    "wordwrap": "params.big | wordwrap(1)",
    "doubled join": " ~ ".join(["params.big"] * 200),
    "flatten": "(range(100000) | map('list')) | flatten",
    "slices": "[range(100000)] * 100000",
    "big numbers": "('9' * 100000) | int",
    "int of a big float": "('1e308' | float * 10) | int",
    "round": "1.5 | round(10**9)",
    "quantity": "('9' * 100000) | canonical_quantity",
}

DOUBLED = "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60
GROWN = "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60
LISTS = "{% set a = [1] %}" + "{% set a = a + a %}" * 60
NUMBERS = "{% set a = 9 %}" + "{% set a = a * a %}" * 60

TEMPLATES = {
    "shared lists, written": DOUBLED + "a: {{ a }}",
    "shared lists, compared": DOUBLED.replace("set a", "set b").replace("[a, a]", "[b, b]")
    + DOUBLED
    + "{% if a == b %}a: 1{% endif %}",
    "shared lists, as JSON": DOUBLED + "a: {{ a | json }}",
    "shared lists, merged": DOUBLED + "a: {{ a | merge(a) }}",
    "shared lists, sought": DOUBLED + "a: {{ 7 in a }}",
    "shared lists, to a fragment": DOUBLED + "a: {{ fragment('f', x=a) }}",
    "doubled text": GROWN + "a: {{ a }}",
    "doubled list": LISTS + "a: {{ a }}",
    "squared number": NUMBERS + "a: {{ a }}",
    "nested loops": "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "loops without output": "{% for a in range(1000) %}" * 3 + "{% endfor %}" * 3,
    "endless output": "{% for a in range(90000) %}\n- " + "x" * 900 + "\n{% endfor %}",
    "many documents": "{% for a in range(90000) %}\n---\nx: " + "y" * 90 + "\n{% endfor %}",
    "many big values": "{% for a in range(90000) %}\n- {{ params.big }}\n{% endfor %}",
    "many values": "{% set x = range(1000) %}\n{% for a in range(90000) %}\n- {{ x }}\n{% endfor %}",
    "work in loops": "{% for a in range(90000) %}{% set y = params.big | upper | lower %}{% endfor %}",
    "comparisons in loops": "{% for a in range(90000) %}{% set y = params.big in params.big %}{% endfor %}",
    "slices in loops": "{% set x = range(90000) %}{% for a in x %}{% set y = x[1:] %}{% endfor %}",
    "sums in loops": "{% set ns = namespace(x='a') %}"
    "{% for a in range(90000) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "nested in loops": "{% set ns = namespace(x=1) %}"
    "{% for a in range(90000) %}{% set ns.x = [ns.x] %}{% endfor %}\na: {{ ns.x }}",
    "nested sequences": "{% for a in range(90000) %}- {% endfor %}x",
    "nested flow": "{% for a in range(90000) %}[{% endfor %}",
    "aliases": "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 10)}]\n" for a, b in pairwise("abcdefghi")),
    "fragment that calls itself": "a: {{ fragment('again') }}",
    "fragment that calls itself twice": "a: {{ fragment('twice', n=1) }}",
    "include that includes itself": "{% include '_again.yaml.j2' %}",
    "text that calls itself": "a: {{ text('again.txt.j2') }}",
    "text that grows": "a: {{ text('grow.txt.j2') }}",
    "recursive loop": "{% for a in [[1]] recursive %}{{ loop(a) }}{% endfor %}",
    "loop that calls itself": "{% for a in [[1]] %}{{ loop(loop) }}{% endfor %}",
}  # fmt: skip

OTHERS = {
    "templates/_again.yaml.j2": "{% include '_again.yaml.j2' %}",
    "templates/again.txt.j2": "{{ text('again.txt.j2') | raw }}",
    "templates/grow.txt.j2": "{% for a in range(90000) %}{{ params.big | raw }}{% endfor %}",
    "fragments/f.yaml.j2": "{{ x }}",
    "fragments/again.yaml.j2": "a: {{ fragment('again') }}",
    "fragments/twice.yaml.j2": "- {{ fragment('twice', n=n + 1) }}\n- {{ fragment('twice', n=n + 2) }}",
}

CASES = {**{name: f"a: {{{{ {text} }}}}\n" for name, text in EXPRESSIONS.items()}, **TEMPLATES}


def outcome(folder: Path, text: str) -> list[str]:
    for name, content in {**OTHERS, "templates/a.yaml.j2": text}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(MEMORY)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split(maxsplit=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_endless_template_is_stopped(tmp_path: Path, name: str) -> None:
    verdict, message = outcome(tmp_path, CASES[name])
    assert verdict == "refused", message
    assert "memory" not in message


@pytest.mark.slow
def test_large_template_is_rendered(tmp_path: Path) -> None:
    text = "items:\n{% for a in range(20000) %}\n- name: {{ 'x' ~ a }}\n  value: {{ a }}\n{% endfor %}\n"
    assert outcome(tmp_path, text) == ["rendered", "1\n"]
