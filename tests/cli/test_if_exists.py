"""Forms for scripts that are run again: --if-missing and --if-exists."""

import pytest

from tests.project import Project


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("param unset web title --if-exists", "not set; nothing was changed"),
        ("param unset --env dev title --if-exists", "not set; nothing was changed"),
        ("component rm nope --if-exists", "component 'nope' does not exist; nothing was changed"),
        ("env rm nope --if-exists", "environment 'nope' does not exist; nothing was changed"),
        ("env add dev --if-missing", "environment 'dev' already exists; nothing was changed"),
        ("generate page web --if-missing --title x", "component web already exists; nothing was changed"),
    ],
)
def test_nothing_to_do_is_no_error(app: Project, words: str, message: str) -> None:
    before = app.files()
    answer = app.run(*words.split())
    assert (answer.code, answer.err.splitlines()[-1]) == (0, message)
    assert app.files() == before


def test_what_is_to_do_is_done(app: Project) -> None:
    app.run("generate", "page", "new", "--if-missing", "--title", "x").ok()
    assert "new:" in app.read("dlctl.yaml")
    unset = app.run("param", "unset", "new", "title", "replicas", "--if-exists").ok()
    assert "changed dlctl.yaml" in unset.err
    assert "title" not in app.read("dlctl.yaml")
    app.run("component", "rm", "new", "--if-exists", "--yes").ok()
    assert "new:" not in app.read("dlctl.yaml")
    app.run("env", "rm", "dev", "--if-exists", "--yes").ok()
    assert not (app.root / "environments/dev").exists()


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("web titel", "prototype 'page' has no parameter 'titel' (did you mean 'title'?)"),
        ("--env dev titel", "no component has a parameter 'titel' (did you mean 'title'?)"),
        ("gone title", "component 'gone' does not exist"),
        ("--env prod gone title", "'gone' is neither a component nor a parameter"),
    ],
)
def test_a_name_that_nothing_declares_is_not_set_either(app: Project, words: str, note: str) -> None:
    app.run("param", "set", "title", "for all", "--env", "prod").ok()
    before = app.files()
    answer = app.run("param", "unset", *words.split(), "--if-exists").ok()
    assert answer.err.splitlines() == [f"note: {note}", "not set; nothing was changed"]
    assert app.files() == before
    assert app.run("param", "unset", *words.split()).code == 1


def test_other_names_are_unset_beside_it(app: Project) -> None:
    app.run("param", "set", "web", "title", "x").ok()
    answer = app.run("param", "unset", "web", "titel", "title", "--if-exists").ok()
    assert answer.err.splitlines()[0] == "changed dlctl.yaml"
    assert "titel" in answer.err
    assert "title" not in app.read("dlctl.yaml")


def test_a_component_of_another_prototype_is_not_taken_for_it(app: Project) -> None:
    answer = app.run("generate", "tf-job", "web", "--if-missing")
    assert answer.code == 1
    assert "component 'web' exists, but from prototype page" in answer.err
