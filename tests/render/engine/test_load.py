"""What loading refuses: everything that is wrong before a template runs, all at once."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from dlctl.errors import RenderError
from dlctl.render.engine.engine import Engine
from dlctl.render.engine.template_set import TemplateSet
from tests.render.engine.conftest import Workbench, reported

FRAGMENT = 'use a fragment: `{{ fragment("name", x=1) }}`'

CASES = [
    (
        "\n{% macro port(n) %}\n- {{ n }}\n{% endmacro %}\n",
        f"templates/a.yaml.j2:2: unsupported syntax: macros\n  {FRAGMENT}",
    ),
    (
        "{% set x %}\na\n{% endset %}\n",
        "templates/a.yaml.j2:1: unsupported syntax: set blocks\n"
        '  set one expression: `{% set x = fragment("name") %}` or `text("name.txt.j2")`',
    ),
    (
        "{% filter upper %}\na\n{% endfilter %}\n",
        "templates/a.yaml.j2:1: unsupported syntax: filter blocks\n"
        '  filter one expression: `{{ x | trim }}`; for text use `{{ text("name.txt.j2") }}`',
    ),
    (
        "{% import 'x' as y %}\n{% from 'x' import z %}\n",
        f"templates/a.yaml.j2:1: unsupported syntax: imports\n  {FRAGMENT}\n"
        f"templates/a.yaml.j2:2: unsupported syntax: imports\n  {FRAGMENT}",
    ),
    (
        "{% call foo() %}\n{% endcall %}\n",
        f"templates/a.yaml.j2:1: unsupported syntax: call blocks\n  {FRAGMENT}",
    ),
    (
        "{% extends 'x' %}\n",
        "templates/a.yaml.j2:1: unsupported syntax: `extends`\n"
        '  join fragments: `{{ fragment("base") | merge({...}) }}`',
    ),
    (
        "{% block x %}\n{% endblock %}\n",
        "templates/a.yaml.j2:1: unsupported syntax: blocks\n"
        '  join fragments: `{{ fragment("base") | merge({...}) }}`',
    ),
    (
        "{% for x in y recursive %}\n{{ loop(x) }}\n{% endfor %}\n",
        "templates/a.yaml.j2:1: unsupported syntax: recursive loops\n"
        "  call a fragment for each item; it may call itself",
    ),
    (
        "a: {{ x | quote }}\nb: {{ x | nindent(4) }}\n",
        "templates/a.yaml.j2:1: unknown filter 'quote'\n"
        "  remove it: values need no quotes or indentation\n"
        "templates/a.yaml.j2:2: unknown filter 'nindent'\n"
        "  remove it: values need no quotes or indentation",
    ),
    ("a: {{ x | lenght }}\n", "templates/a.yaml.j2:1: unknown filter 'lenght'\n  did you mean 'length'?"),
    ("a: {{ x is defind }}\n", "templates/a.yaml.j2:1: unknown test 'defind'\n  did you mean 'defined'?"),
    ("a: {{ x | raw }}\n", "templates/a.yaml.j2:1: unknown filter 'raw'\n"
        "  `raw` is for text templates only; values are never quoted"),
    (
        "a: 1\nb: {{ x\nc: {{ y }}\n",
        "templates/a.yaml.j2:2: invalid template: expected token 'end of print statement', got 'c'\n"
        "  '{{' is not closed with '}}'",
    ),
    (
        "a: {{ x\n  y z }}\n",
        "templates/a.yaml.j2:2: invalid template: expected token 'end of print statement', got 'y'",
    ),
    ("a: 1\nb: {{ x\n", "templates/a.yaml.j2:2: invalid template: unexpected end of template, expected "
        "'end of print statement'."),
    ("a: 1\n{% do x %}\n", "templates/a.yaml.j2:2: invalid template: Encountered unknown tag 'do'.\n"
        "  known tags: if, for, set, with, include, raw"),
    ("a: {{ fragment('containr') }}\n", "templates/a.yaml.j2:1: fragment 'containr' not found\n"
        "  did you mean 'container'? (searched in fragments)"),
    ("{% if x %}\na: {{ text('x.txt.j2') }}\n{% endif %}\n",
        "templates/a.yaml.j2:2: text template 'x.txt.j2' not found\n  searched in templates, fragments"),
    ("{% include '../../etc/passwd' %}\n",
        "templates/a.yaml.j2:1: template '../../etc/passwd' not found\n  searched in templates, fragments"),
    ("a: {{ self }}\n", "templates/a.yaml.j2:1: unsupported syntax: `self`"),
    ("a: \ue000\n", "templates/a.yaml.j2:1: the private-use characters U+E000 and U+E001 are reserved\n"
        '  write them as an expression: `{{ "\\ue000" }}`'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_unsupported_syntax_is_refused_with_a_hint(bench: Workbench, text: str, wanted: str) -> None:
    files = {"a.yaml.j2": text, "fragments/container.yaml.j2": "a: 1\n"}
    with pytest.raises(RenderError) as caught:
        bench.engine.load(bench.set_of(files))
    assert reported(caught.value) == wanted


def test_unused_fragment_is_not_checked(bench: Workbench) -> None:
    files = {"a.yaml.j2": "a: 1\n", "b.yaml.j2": "b: {{ fragment(params.which) }}\n"}
    broken = {"fragments/f.yaml.j2": "{{ \n"}
    loaded = bench.engine.load(bench.set_of({**files, **broken}))
    with pytest.raises(RenderError, match="unexpected") as caught:
        bench.engine.render(loaded, {"params": {"which": "f"}})
    assert str(caught.value.location).startswith("fragments/f.yaml.j2:1")


def test_every_problem_of_every_file_is_listed_at_once(bench: Workbench) -> None:
    files = {
        "a.yaml.j2": "{{ x | foo }}\n",
        "b.yaml.j2": "{% macro x() %}{% endmacro %}\n",
        "c.yaml": "a: 1\na: 2\n",
        "d.yml.j2": "a: 1\n",
        "e.txt.j2": "{{ params.x }}",
        "g.yaml.j2": '{{ fragment("g") }}',
        "fragments/f.yaml.j2": "{{ \n",
        "fragments/g.yaml.j2": '{{ fragment("f") }}',
    }
    with pytest.raises(RenderError) as caught:
        bench.engine.load(bench.set_of(files))
    places = sorted(str(problem.location) for problem in caught.value.problems)
    assert places == [
        "fragments/f.yaml.j2:1",
        "templates/a.yaml.j2:1",
        "templates/b.yaml.j2:1",
        "templates/c.yaml:2:1",
        "templates/d.yml.j2",
        "templates/e.txt.j2:1",
    ]


def test_a_link_that_leads_out_of_its_folder_is_refused(bench: Workbench) -> None:
    templates = bench.set_of({"a.yaml.j2": "a: 1\n"})
    outside = bench.root / "outside.yaml"
    outside.write_text("secret: 1\n")
    (templates.folder / "b.yaml").symlink_to(outside)
    with pytest.raises(RenderError, match=r"b\.yaml: symbolic link points outside its folder"):
        bench.engine.load(templates)


def test_a_folder_that_is_a_link_is_refused(bench: Workbench) -> None:
    templates = bench.set_of({"a.yaml.j2": "a: 1\n"})
    templates.folder.rename(bench.root / "elsewhere")
    templates.folder.symlink_to(bench.root / "elsewhere")
    with pytest.raises(RenderError, match="symbolic links to folders are not followed"):
        bench.engine.load(templates)


def test_entries_that_are_not_files_are_refused(bench: Workbench) -> None:
    templates = bench.set_of({"a.yaml.j2": "a: 1\n", "below/b.yaml.j2": "b: 1\n"})
    (templates.folder / "c.yaml.j2").symlink_to(bench.root / "nowhere")
    os.mkfifo(templates.folder / "d.yaml")
    (templates.folder / "e").symlink_to(templates.folder / "below")
    with pytest.raises(RenderError) as caught:
        bench.engine.load(templates)
    assert [str(problem) for problem in caught.value.problems] == [
        "templates/c.yaml.j2: broken symbolic link",
        "templates/d.yaml: not a file",
        "templates/e: symbolic links to folders are not followed",
    ]


def test_unrendered_template_file_has_a_hint(bench: Workbench) -> None:
    with pytest.raises(RenderError, match=r"templates/a\.yaml:1:5: ") as caught:
        bench.engine.load(bench.set_of({"a.yaml": "a: {{ params.x }}\n"}))
    assert caught.value.hint == "this file is not a template; to render it, name it a.yaml.j2"


def test_missing_templates_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="templates folder not found"):
        Engine().load(TemplateSet(tmp_path / "none"))


def test_invalid_utf8_error_has_line(bench: Workbench) -> None:
    templates = bench.set_of({})
    (templates.folder / "a.yaml.j2").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(RenderError, match=r"templates/a\.yaml\.j2:2:4: not UTF-8"):
        bench.engine.load(templates)


TOO_DEEP: Mapping[str, str] = {
    "brackets": "a: {{ " + "(" * 5000 + "1" + ")" * 5000 + " }}\n",
    "minus": "a: {{ " + "-" * 20000 + "1 }}\n",
    "loops": "{% for x in [1] %}" * 60 + "{% endfor %}" * 60,
    "ifs": "{% if x %}" * 3000 + "{% endif %}" * 3000,
    "lists": "a: {{ " + "[" * 300 + "]" * 300 + " }}\n",
    "sums": "a: {{ " + "1+" * 50000 + "1 }}\n",
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_templates_nested_too_deeply_are_refused(bench: Workbench, name: str) -> None:
    error = bench.error(TOO_DEEP[name], x=1)
    assert error.location is not None
    assert "deep" in error.message or "not defined" in error.message


def test_loaded_templates_are_not_read_again(bench: Workbench) -> None:
    templates = bench.set_of({"a.yaml.j2": "a: 1\n"})
    loaded = bench.engine.load(templates)
    (templates.folder / "a.yaml.j2").write_text("a: 2\n")
    assert bench.engine.load(templates) is loaded
