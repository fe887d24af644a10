"""Names that do not exist: near ones are suggested, what other tools call it is known, far ones mislead."""

import pytest

from dlctl.suggest import nearest
from tests.project import Project


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("--pvc", "did you mean '--dataset'?"),
        ("--volume", "did you mean '--dataset'?"),
        ("--claim", "did you mean '--dataset'?"),
        ("--gpus", "did you mean '--num-gpus'?"),
        ("--gpu", "did you mean '--num-gpus'?"),
        ("--replicas", "did you mean '--num-workers'?"),
        ("--num-worker", "did you mean '--num-workers'?"),
        ("--lr", "if it is an option of the program, pass it in 'args'"),
    ],
)
def test_other_names_of_parameters(app: Project, written: str, hint: str) -> None:
    answer = app.run("generate", "tf-job", "job", written, "2")
    assert (answer.code, answer.err.splitlines()[-1].strip()) == (2, hint)
    app.run("generate", "tf-job", "job").ok()
    name = written.removeprefix("--").replace("-", "_")
    stored = app.run("param", "set", "job", name, "2")
    assert (stored.code, stored.err.splitlines()[-1].strip()) == (1, hint.replace("--", "").replace("-", "_"))


def test_a_far_parameter_is_not_suggested(app: Project) -> None:
    answer = app.run("generate", "tf-serving", "server", "--autoscaling", "true")
    assert answer.code == 2
    assert "batching" not in answer.err
    assert "did you mean '--max-replicas'?" in answer.err
    unknown = app.run("generate", "tf-serving", "server", "--colour", "red")
    assert "'dlctl prototype describe tf-serving' lists its parameters" in unknown.err


@pytest.mark.parametrize(
    ("word", "pointer"),
    [
        ("install", "dlctl apply ENV"),
        ("template", "dlctl show ENV"),
        ("lint", "dlctl validate ENV"),
        ("rollback", "there is no release history: check out an older version"),
        ("history", "git log"),
        ("logs", "dlctl job logs JOB"),
        ("upgrade", "dlctl apply ENV"),
        ("sync", "dlctl apply ENV"),
        ("uninstall", "dlctl delete ENV"),
        ("aply", "did you mean 'apply'?"),
        ("frobnicate", "'dlctl --help' lists the commands"),
    ],
)
def test_words_of_other_tools(app: Project, word: str, pointer: str) -> None:
    answer = app.run(word)
    assert (answer.code, answer.out) == (2, "")
    assert f"No such command '{word}'" in answer.err
    assert pointer in answer.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("env", "create", "x"), "did you mean 'add'?"),
        (("component", "delete", "web"), "did you mean 'rm'?"),
        (("param", "lst"), "did you mean 'list'?"),
        (("env", "frobnicate"), "'dlctl env --help' lists the commands"),
    ],
)
def test_words_below_a_noun(app: Project, words: tuple[str, ...], hint: str) -> None:
    answer = app.run(*words)
    assert answer.code == 2
    assert hint in answer.err


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("autoscaling", ["batching"], None),
        ("claim", ["cpu-limit"], None),
        ("wait", ["adopt"], None),
        ("dve", ["prod", "dev"], "dev"),
        ("prd", ["dev", "prod"], "prod"),
        ("numWorkers", ["num_workers"], "num_workers"),
        ("incep", ["inception"], "inception"),
        ("gpus", ["image", "num_gpus"], "num_gpus"),
        ("a", ["b"], None),
        ("", ["a"], None),
        ("", [], None),
        ("x", [], None),
        ("longer", [], None),
    ],
)
def test_nearest(word: str, known: list[str], found: str | None) -> None:
    assert nearest(word, known) == found


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "nope.x=1"), "component 'nope' not found"),
        (("--set", "wbe.replicas=1"), "did you mean 'web'?"),
        (("-c", "web", "--set", "job.num_gpus=1"), "component 'job' is not selected"),
        (("--set", "nope=1"), "no selected component has a parameter 'nope'"),
    ],
)
def test_a_setting_of_another_component(app: Project, words: tuple[str, ...], message: str) -> None:
    app.run("generate", "tf-job", "job").ok()
    answer = app.run("show", "dev", *words)
    assert answer.code == 1
    assert message in answer.err
