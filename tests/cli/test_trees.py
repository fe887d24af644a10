"""Trees on a terminal: a prototype's groups with their parameters, a value above those that it shadows."""

from pathlib import Path

import pytest

from tests import golden
from tests.cli.drawing import dlctl
from tests.project import Project

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden" / "terminal"


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_prototype_is_described_as_it_should(app: Project, columns: int) -> None:
    shown = dlctl(app, "prototype", "describe", "page", columns=columns)
    assert max(map(len, shown.lines)) <= min(columns, 100)
    golden.check(shown.text, GOLDEN / f"describe-{columns}.txt")


def test_a_described_prototype_says_what_its_text_says(app: Project) -> None:
    for name in ("tf-cnn", "tf-serving"):
        drawn = dlctl(app, "prototype", "describe", name, COLUMNS="100").text
        plain = app.run("prototype", "describe", name).ok().out
        words = [word for word in drawn.split() if set(word) - set("├└─│")]
        assert words == plain.split()


def test_an_example_command_is_one_line(app: Project) -> None:
    shown = dlctl(app, "prototype", "describe", "tf-cnn", columns=100)
    line = next(line for line in shown.lines if " cpu: dlctl " in line)
    assert "kind: TFJob" in app.run(*line.partition("dlctl ")[2].split()).ok().out


def test_a_parameter_is_explained_as_it_should(app: Project) -> None:
    for columns in (40, 80):
        shown = dlctl(app, "param", "explain", "web", "replicas", "--env", "dev", columns=columns)
        assert max(map(len, shown.lines)) <= columns
        golden.check(shown.text, GOLDEN / f"explain-{columns}.txt")


def test_the_value_is_bold_and_what_it_shadows_is_dim(app: Project) -> None:
    raw = dlctl(app, "param", "explain", "web", "replicas", "--env", "dev").raw
    assert "web replicas in environment dev: \x1b[1m3\x1b[0m" in raw
    assert "\x1b[2mover 2, from component web (dlctl.yaml:9:17)\x1b[0m" in raw
    assert "\x1b" not in dlctl(app, "param", "explain", "web", "replicas", TERM="dumb").raw


def test_a_secret_is_hidden_and_nothing_steers_the_terminal(app: Project) -> None:
    app.run("param", "set", "web", "token", "s3cret").ok()
    app.run("param", "set", "web", "title", "a\x1b[2J [red]b[/red]").ok()
    assert "s3cret" not in dlctl(app, "param", "explain", "web", "token").raw
    title = dlctl(app, "param", "explain", "web", "title")
    assert "\x1b[2J" not in title.raw
    assert "[red]b[/red]" in title.text


def test_a_description_cannot_steer_the_terminal(app: Project) -> None:
    file = "prototypes/pages/page/prototype.yaml"
    app.write({file: app.read(file).replace("How many pods.", r'"How \x1b[2Jmany [b]pods[/b]."')})
    raw = dlctl(app, "prototype", "describe", "page").raw
    assert "\x1b[2J" not in raw
    assert "[b]pods[/b]" in raw
