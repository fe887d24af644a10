"""Tables: drawn to fit a terminal with nothing cut off; whole plain lines on a pipe."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dlctl.cli.output.tables.plain_table import aligned, cell_width
from tests import golden
from tests.cli.drawing import Row, dlctl, table_on_pipe, table_on_terminal
from tests.project import Project

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden" / "terminal"
WIDTHS = (40, 80, 200)
STATUS: list[Row] = [
    ("ENV", "COMPONENT", "OBJECT", "NAMESPACE", "STATUS", "MESSAGE"),
    ("dev", "inception", "Deployment/inception", "ml", ("Current", "green"), ""),
    ("dev", "inception", "Service/inception (not rendered)", "ml", ("Failed", "red"), "no [endpoints] :x:"),
    (
        "us-west/prod",
        "cnn",
        "TFJob/cnn-with-a-very-long-name",
        "kubeflow",
        ("InProgress", "yellow"),
        "waiting for 4 of 8 pods, which need nvidia.com/gpu on nodes with the label zone=us-west",
    ),
]
SIGNS = (
    "日本語",
    "한국어",
    "🚀",
    "❤️",
    "👩\u200d💻",
    "👍🏽",
    "é",
    "e\u0301",
    "1️⃣",
    "ｱ",
    "ﾊﾟ",
    "नमस्ते",
    "…",
    "plain",
    "",
)


def squeezed(text: str) -> str:
    """Without blanks and line ends, which is where text folds."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("columns", WIDTHS)
def test_looks_as_it_should(project: Project, columns: int) -> None:
    shown = table_on_terminal(project, STATUS, columns)
    assert max(map(cell_len, shown.lines)) <= columns
    golden.check(shown.text, GOLDEN / f"status-{columns}.txt")


def test_headings_are_bold_and_states_have_their_colours(project: Project) -> None:
    raw = table_on_terminal(project, STATUS, 200).raw
    assert "\x1b[1mENV" in raw
    assert "\x1b[32mCurrent" in raw
    assert "\x1b[31mFailed" in raw


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_the_layout_is_the_same(project: Project, environ: dict[str, str]) -> None:
    shown = table_on_terminal(project, STATUS, 80, **environ)
    assert "\x1b" not in shown.raw
    assert [line.rstrip() for line in shown.lines] == [
        line.rstrip() for line in table_on_terminal(project, STATUS, 80).lines
    ]


def test_columns_says_how_wide_a_terminal_is(project: Project) -> None:
    asked = table_on_terminal(project, STATUS, 200, COLUMNS="80")
    assert asked.text == table_on_terminal(project, STATUS, 80).text
    unset = table_on_terminal(project, STATUS, 80, COLUMNS="0")
    assert unset.text == asked.text


def test_nothing_is_cut_off_at_any_width(project: Project) -> None:
    for columns in (8, 12, 24, 32, 48, 80, 200):
        shown = table_on_terminal(project, STATUS, columns)
        assert max(map(cell_len, shown.lines)) <= columns
        for row in STATUS[1:]:
            for cell in row:
                assert squeezed(cell if isinstance(cell, str) else cell[0]) in squeezed(shown.text)


def test_names_are_whole_while_other_columns_can_fold(project: Project) -> None:
    for columns in range(102, 150, 10):
        text = table_on_terminal(project, STATUS, columns).text
        for name in ("us-west/prod", "TFJob/cnn-with-a-very-long-name", "Deployment/inception", "InProgress"):
            assert name in text


def test_a_word_longer_than_a_column_folds(project: Project) -> None:
    image = "gcr.io/" + "kubeflow-images/" * 12 + "tf:1"
    rows: list[Row] = [("NAME", "VALUE", "FROM"), ("jupyter_notebook_storage_class", image, "default")]
    shown = table_on_terminal(project, rows, 80)
    assert "jupyter_notebook_storage_class" in shown.text
    value = "".join(line[33:70] for line in shown.lines)
    assert squeezed(value) == f"VALUE{image}"


def test_a_long_table_starts_at_once_and_keeps_its_columns(project: Project) -> None:
    rows: list[Row] = [("NUMBER", "NAME", "TEXT")]
    rows += [(str(number), f"object-{number}", "text " * (number % 30)) for number in range(450)]
    shown = table_on_terminal(project, rows, 80)
    assert max(map(len, shown.lines)) <= 80
    firsts = [line for line in shown.lines if line[:1].isdigit()]
    assert [line.split()[:2] for line in firsts] == [[str(n), f"object-{n}"] for n in range(450)]
    assert {line.index("object") for line in firsts} == {9}
    assert table_on_pipe(project, rows).count("\n") == 451


def test_wide_signs_take_two_columns(project: Project) -> None:
    rows: list[Row] = [("NAME", "TEXT", "END"), *((sign, "x", "end") for sign in SIGNS)]
    for text in (table_on_terminal(project, rows, 80).text, table_on_pipe(project, rows)):
        starts = {cell_len(line[: line.index("end")]) for line in text.splitlines()[1:]}
        assert starts == {text.splitlines()[0].index("END")}


def test_what_steers_a_terminal_does_not_reach_it(project: Project) -> None:
    rows: list[Row] = [("NAME", "TEXT"), ("\x1b[2Jname", ("a\x07b\x9bc\x1b]0;title\x07\u202etext", "red"))]
    raw = table_on_terminal(project, rows, 80).raw
    assert not {"\x07", "\x9b", "\u202e"} & set(raw)
    assert "\x1b[2J" not in raw
    assert "\x1b]" not in raw


def test_a_cell_is_one_line(project: Project) -> None:
    rows: list[Row] = [("A", "B"), ("one\ntwo", "three\tfour\n")]
    assert table_on_pipe(project, rows) == "A         B\none two   three four\n"
    assert table_on_terminal(project, rows, 80).lines[1] == "one two   three four"


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_command_on_a_terminal(app: Project, columns: int) -> None:
    shown = dlctl(app, "param", "list", "--env", "dev", "--all", columns=columns)
    assert shown.code == 0
    golden.check(shown.text, GOLDEN / f"param-list-{columns}.txt")


@pytest.mark.parametrize(
    ("columns", "headings"),
    [(160, "PINNED DISABLED SERVER"), (80, "PINNED DISABLED"), (65, "DISABLED"), (45, "")],
)
def test_the_least_important_columns_go_before_words_are_cut(
    app: Project, columns: int, headings: str
) -> None:
    server = "https://a-load-balancer-with-a-long-name.eu-central-1.elb.amazonaws.com"
    settings = f"server: {server}\ndisabled: [web]\nextends: [dev]\nprotected: true\n"
    app.write({"environments/prod/environment.yaml": f"context: prod\n{settings}"})
    extends = "EXTENDS" if columns > 50 else ""
    shown = dlctl(app, "env", "list", columns=columns)
    assert shown.lines[0].split() == f"NAME CLUSTER NAMESPACE {extends} PROTECTED {headings}".split()
    assert (server in shown.text.split()) is ("SERVER" in headings)
    assert max(map(cell_len, shown.lines)) <= columns


def test_names_of_parameters_are_whole_on_80_columns(app: Project) -> None:
    shown = dlctl(app, "prototype", "list", "tf-serving", columns=80)
    listed = app.run("prototype", "list", "tf-serving").ok().out.splitlines()
    names = {line.split()[0] for line in listed}
    assert {"PARAMETER", "DEFAULT", "DESCRIPTION"} <= set(shown.lines[0].split())
    assert names <= {line.split(" ")[0] for line in shown.lines}
    assert max(map(cell_len, shown.lines)) <= 80


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M", "Sk"]), max_size=12)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=5))
def test_the_plain_aligner_loses_nothing(rows: list[tuple[str, str, str]]) -> None:
    lines = aligned(rows).splitlines()
    widths = [max(cell_width(row[i]) for row in rows) for i in range(3)]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert line == line.rstrip()
        assert line.split() == [cell for cell in row if cell]
        assert cell_width(line) <= sum(widths) + 6


@pytest.mark.parametrize("sign", SIGNS)
def test_both_agree_on_widths(sign: str) -> None:
    assert cell_width(sign) == cell_len(sign)
