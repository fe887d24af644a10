"""A command line in one word is refused with the forms that work, or split where that is asked for."""

import pytest

from dlctl.yamlio.load import load_text
from tests.project import Project

LINE = "horovodrun -np 16 python train.py"
SPLIT = ["horovodrun", "-np", "16", "python", "train.py"]


def params(app: Project, component: str) -> dict[str, object]:
    found: dict[str, object] = load_text(app.read("dlctl.yaml"), "x").value["components"][component]["params"]
    return found


def test_one_word_with_spaces_is_refused(app: Project) -> None:
    before = app.files()
    refused = app.run("generate", "mpi-job", "job", "--command", LINE)
    assert refused.code == 1
    assert "found several words in one" in refused.err
    assert """'["horovodrun", "-np", "16", "python", "train.py"]'""" in refused.err
    assert f"""'["sh", "-c", "{LINE}"]' for a shell""" in refused.err
    assert "--shell" in refused.err
    assert app.files() == before


def test_both_forms_of_the_message_work(app: Project) -> None:
    app.run("generate", "mpi-job", "job", "--image", "a", "--command", str(SPLIT).replace("'", '"')).ok()
    assert params(app, "job")["command"] == SPLIT
    app.run("param", "set", "job", "command", f'["sh", "-c", "{LINE}"]').ok()
    assert params(app, "job")["command"] == ["sh", "-c", LINE]


def test_shell_splits(app: Project) -> None:
    app.run("generate", "mpi-job", "job", "--shell", "--command", LINE).ok()
    assert params(app, "job")["command"] == SPLIT
    app.run("param", "set", "job", "--shell", """args=--name 'a b' "c\\"d" """).ok()
    assert params(app, "job")["args"] == ["--name", "a b", 'c"d']
    app.run("param", "set", "--env", "dev", "job", "args=x y", "--shell").ok()
    assert "- x\n" in app.read("environments/dev/params.yaml")
    broken = app.run("param", "set", "job", "args", "'a", "--shell")
    assert (broken.code, "cannot be split into words: no closing quotation" in broken.err) == (1, True)
    assert (
        "kind: MPIJob"
        in app.run("prototype", "preview", "mpi-job", "--image", "a", "--shell", "--command", LINE).ok().out
    )


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("--message=hello big world", ["--message=hello big world"]),
        ("python", ["python"]),
        ("a,b", ["a", "b"]),
        ('["a b"]', ["a b"]),
        ("", []),
    ],
)
def test_what_may_be_one_word(app: Project, text: str, stored: list[str]) -> None:
    app.run("generate", "mpi-job", "job").ok()
    app.run("param", "set", "job", f"args={text}").ok()
    assert params(app, "job")["args"] == stored


def test_other_lists_keep_their_spaces(app: Project) -> None:
    app.run("param", "set", "web", "tags", "big page,small").ok()
    assert params(app, "web")["tags"] == ["big page", "small"]


def test_a_value_that_starts_with_a_dash(app: Project) -> None:
    app.run("generate", "mpi-job", "job").ok()
    answer = app.run("param", "set", "job", "args", "--lr 0.2")
    assert answer.code == 2
    assert "write a value that starts with '-' as NAME=VALUE" in answer.err
    app.run("param", "set", "job", "args=--lr 0.2", "--shell").ok()
    assert params(app, "job")["args"] == ["--lr", "0.2"]


def test_two_ways_to_parse_exclude_each_other(app: Project) -> None:
    answer = app.run("param", "set", "web", "title", "x", "--shell", "--json")
    assert (answer.code, "--json and --shell cannot be used together" in answer.err) == (2, True)
