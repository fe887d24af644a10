"""Which prototype a name means: the app's own, one that shadows, the built-in one, one of a package."""

import pytest

from dlctl.app.load import load_app
from tests.packages.registries import empty_app, package, prototype, registry
from tests.project import Project


@pytest.fixture
def app(project: Project) -> Project:
    """An app with the registries `ours` and `theirs`, which both have `hello` and `tf-job`."""
    empty_app(project, "dev")
    for name in ("ours", "theirs"):
        own = {each: prototype(f"from-{name}") for each in ("hello", "tf-job")}
        folder = registry(
            project.root.parent / name,
            package("hello", prototypes={"hello": own["hello"]}),
            package("tf-job", prototypes={"tf-job": own["tf-job"]}),
        )
        project.run("registry", "add", name, str(folder)).ok()
    return project


def test_a_short_name_of_one_package_is_enough(app: Project) -> None:
    app.run("pkg", "install", "ours/hello").ok()
    app.run("generate", "hello", "web").ok()
    assert load_app(app.root).components["web"].prototype == "hello"
    assert "greeting: from-ours" in app.run("show", "dev").ok().out


def test_an_ambiguous_name_lists_the_candidates(app: Project) -> None:
    app.run("pkg", "install", "ours/hello", "theirs/hello").ok()
    outcome = app.run("generate", "hello", "web")
    assert outcome.code == 1
    assert outcome.err == (
        "Error: several packages have a prototype 'hello'\n"
        "  write one of ours/hello/hello and theirs/hello/hello\n"
    )
    app.run("generate", "theirs/hello/hello", "web").ok()
    assert load_app(app.root).components["web"].prototype == "theirs/hello/hello"
    assert "greeting: from-theirs" in app.run("show", "dev").ok().out
    listed = app.run("prototype", "list").ok().out
    assert "ours/hello/hello" in listed
    assert "theirs/hello/hello" in listed


def test_one_package_from_two_registries_counts_once(app: Project) -> None:
    folder = app.root.parent / "ours"
    app.run("registry", "add", "copy", str(folder)).ok()
    app.run("pkg", "install", "ours/hello", "copy/hello").ok()
    app.run("generate", "hello", "web").ok()
    assert "greeting: from-ours" in app.run("show", "dev").ok().out


def test_a_package_that_makes_a_components_name_ambiguous_is_refused(app: Project) -> None:
    """If that is accepted, rendering fails: another prototype is never used instead."""
    app.run("pkg", "install", "ours/hello").ok()
    app.run("generate", "hello", "web").ok()
    before = app.files()
    refused = app.run("pkg", "install", "theirs/hello")
    assert refused.code == 1
    assert "component 'web': several packages have a prototype 'hello'" in refused.err
    assert app.files() == before
    app.run("pkg", "install", "theirs/hello", "--accept").ok()
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert "dlctl.yaml:" in outcome.err
    assert "several packages have a prototype 'hello'" in outcome.err


def test_shadowing_shows_what_it_changes(app: Project) -> None:
    app.run("generate", "tf-job", "train", "--image", "a.example.com/b:1").ok()
    refused = app.run("pkg", "install", "ours/tf-job", "--shadow")
    assert refused.code == 1
    assert "component train: BREAKS: parameter image was removed; set in dlctl.yaml" in refused.out
    app.run("component", "rm", "train", "--yes").ok()
    app.run("generate", "tf-job", "train").ok()
    assert app.run("pkg", "install", "ours/tf-job", "--shadow", "--accept").ok()
    assert "greeting: from-ours" in app.run("show", "dev").ok().out


def test_a_built_in_prototype_is_shadowed_only_when_asked(app: Project) -> None:
    noted = app.run("pkg", "install", "ours/tf-job").ok().err
    assert "note: 'tf-job' is the built-in prototype; that of ours/tf-job is 'ours/tf-job/tf-job'" in noted
    assert "kubeflow" in app.run("prototype", "describe", "tf-job").ok().out.lower()
    assert app.run("prototype", "list", "tf-job").ok().out.count("\n") > 5
    assert "from-ours" in app.run("prototype", "list", "ours/tf-job/tf-job").ok().out
    app.run("pkg", "install", "ours/tf-job", "--shadow").ok()
    listed = app.run("prototype", "list").ok()
    assert "vendor/ours/tf-job@1.0.0/tf-job is used instead of the built-in prototype 'tf-job'" in listed.err
    assert ["ours/tf-job@1.0.0", "tf-job"] in [line.split()[:2] for line in listed.out.splitlines()]
    assert "from-ours" in app.run("prototype", "list", "tf-job").ok().out
    assert app.run("prototype", "list", "builtin/tf-job/tf-job").ok().out.count("\n") > 5


def test_a_shadowing_package_that_lost_a_prototype_does_not_uncover_the_built_in_one(app: Project) -> None:
    app.run("pkg", "install", "ours/tf-job", "--shadow").ok()
    (app.root / "vendor/ours/tf-job@1.0.0/tf-job/prototype.yaml").unlink()
    outcome = app.run("prototype", "list", "tf-job")
    assert (outcome.code, "prototype.yaml: file of package ours/tf-job@1.0.0 is missing" in outcome.err) == (
        1,
        True,
    )


def test_the_apps_own_prototype_comes_first(app: Project) -> None:
    app.run("pkg", "install", "ours/tf-job", "--shadow").ok()
    app.write({f"prototypes/mine/tf-job/{name}": text for name, text in prototype("from-app").items()})
    assert "from-app" in app.run("prototype", "list", "tf-job").ok().out
    assert "from-ours" in app.run("prototype", "list", "ours/tf-job/tf-job").ok().out


def test_builtin_is_a_reserved_name(app: Project) -> None:
    for words in (("registry", "add", "builtin", "."), ("registry", "rm", "builtin", "--yes")):
        outcome = app.run(*words)
        assert (outcome.code, "built-in registry" in outcome.err) == (1, True)
    assert app.run("registry", "list").ok().out.splitlines()[1].startswith("builtin")


def test_eject_copies_a_prototype_of_a_package(app: Project) -> None:
    app.run("pkg", "install", "ours/hello").ok()
    app.run("generate", "hello", "web").ok()
    app.run("component", "eject", "web").ok()
    app.run("pkg", "rm", "ours/hello", "--yes").ok()
    assert "greeting: from-ours" in app.run("show", "dev").ok().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("packages: {hello: {}}\n", "'hello' is not a valid name for a package"),
        ("packages: {ours/hello: {}}\n", "'version' is missing"),
        ("packages: {ours/hello: {version: 1.0.0}}\n", "'digest' is missing"),
        ("packages: {ours/hello: {version: '1', digest: x}}\n", "'version' must be a version such as 1.2.3"),
        ("packages: {ours/hello: {version: 1.0.0, digest: 'md5:1'}}\n", "'digest' must be 'sha256:'"),
        ("packages: {../hello: {version: 1.0.0}}\n", "'..' is not a valid name for a registry"),
        ("packages: {builtin/core: {version: 1.0.0}}\n", "'builtin' is the name of the built-in registry"),
        ("packages: {ours/hello: {verion: 1.0.0}}\n", "unknown field 'verion'"),
        ("registries: {ours: {}}\n", "registry 'ours' needs exactly one of 'directory', 'git' and 'oci'"),
        ("registries: {ours: {git: a, directory: b}}\n", "needs exactly one of 'directory', 'git' and 'oci'"),
        ("registries: {ours: {directory: a, ref: b}}\n", "'ref' is only allowed with 'git'"),
        ("registries: {ours: {git: 'https://a.b/c', commit: 12ab}}\n", "'commit' must be the full hash"),
        ("registries: {ours: null}\n", "registry 'ours' is empty"),
    ],
)
def test_a_wrong_key_names_file_and_line(project: Project, text: str, message: str) -> None:
    empty_app(project)
    project.write({"dlctl.yaml": project.read("dlctl.yaml") + text})
    outcome = project.run("component", "list")
    assert outcome.code == 1
    assert "dlctl.yaml:5:" in outcome.err
    assert message in outcome.err


def test_the_name_of_a_package_lists_its_prototypes(app: Project) -> None:
    app.run("pkg", "install", "ours/hello").ok()
    outcome = app.run("generate", "ours/hello", "web")
    assert (outcome.code, "it is a package; its prototypes: ours/hello/hello\n" in outcome.err) == (1, True)
