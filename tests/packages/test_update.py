"""`pkg update` says what it means for the app's components before it writes; versions by environment."""

from pathlib import Path

import pytest

from dlctl.app.environments import load_environment
from dlctl.app.load import load_app
from tests.output_schemas import checked
from tests.packages.registries import empty_app, package, prototype, registry, write_files
from tests.project import Project

pytestmark = pytest.mark.slow

OLD_PARAMS = """\
  size: {type: integer, default: 1, description: Size}
  color: {type: string, default: red, description: Color, x-aliases: [colour]}
  token: {type: string, writeOnly: true, default: s3cret, description: A secret}
  gone: {type: string, description: Not used any more}
"""
NEW_PARAMS = """\
  size: {type: string, default: "2", description: Size}
  color: {type: string, default: blue, description: Color, x-aliases: [colour]}
  token: {type: string, writeOnly: true, default: oth3r, description: A secret}
  owner: {type: string, description: Who is asked}
  mood: {type: string, default: calm, description: Mood}
"""
TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name }}
data:
  size: {{ params.size | string }}
  color: {{ params.color }}
  token: {{ params.token }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name ~ "-same" }}
data:
  greeting: {{ params.greeting }}
"""


def thing(params: str, more: str = "") -> dict[str, str]:
    files = prototype("hello", params)
    return {
        **files,
        "prototype.yaml": files["prototype.yaml"] + more,
        "templates/map.yaml.j2": TEMPLATE,
    }


@pytest.fixture
def ours(project: Project) -> Path:
    return registry(project.root.parent / "registry", package("hello", "1.0.0", {"hello": thing(OLD_PARAMS)}))


@pytest.fixture
def app(project: Project, ours: Path) -> Project:
    """Two components of one prototype, in three environments."""
    empty_app(project, "dev", "stage", "prod")
    project.run("registry", "add", "ours", str(ours)).ok()
    project.run("pkg", "install", "ours/hello").ok()
    project.run("generate", "hello", "one").ok()
    project.run("generate", "hello", "two", "--color", "green").ok()
    return project


def offer(ours: Path, version: str, params: str, more: str = "") -> None:
    write_files(ours, package("hello", version, {"hello": thing(params, more)}))


def test_exactly_the_objects_that_differ_are_shown(app: Project, ours: Path) -> None:
    offer(ours, "1.1.0", OLD_PARAMS.replace("default: red", "default: blue"))
    document = checked(app.run("pkg", "update", "--dry-run", "-o", "json").ok().out, "PackageUpdate")
    assert [(each["environment"], each["component"], each["object"]) for each in document["objects"]] == [
        (name, "one", f"ConfigMap/one (namespace {name})") for name in ("dev", "prod", "stage")
    ]
    assert all("-  color: red\n+  color: blue\n" in each["diff"] for each in document["objects"])
    assert [(each["component"], each["name"], each["setIn"]) for each in document["params"]] == [
        ("one", "color", []),
        ("two", "color", ["dlctl.yaml"]),
    ]
    assert document["breaking"] == []
    before = {name: app.run("show", name).ok().out for name in ("dev", "stage", "prod")}
    app.run("pkg", "update").ok()
    after = {name: app.run("show", name).ok().out for name in ("dev", "stage", "prod")}
    assert after == {name: text.replace("color: red", "color: blue") for name, text in before.items()}


def test_a_breaking_update_is_refused_until_it_is_accepted(app: Project, ours: Path) -> None:
    app.run("param", "set", "one", "size", "5", "--env", "prod").ok()
    app.run("param", "set", "two", "gone", "x").ok()
    app.run("param", "set", "two", "colour", "pink", "--env", "stage").ok()
    offer(ours, "2.0.0", NEW_PARAMS, "required: [owner]\n")
    before = app.files()
    outcome = app.run("pkg", "update")
    assert outcome.code == 1
    assert app.files() == before
    lines = outcome.out.splitlines()
    for expected in (
        "ours/hello: 1.0.0 → 2.0.0",
        "component one: BREAKS: type of parameter size was integer, and is string now; set in prod",
        'component one: default of parameter color was "red", and is "blue" now; not set',
        'component two: default of parameter color was "red", and is "blue" now; set in dlctl.yaml and stage',
        "component one: BREAKS: parameter owner is new (required); not set",
        'component one: parameter mood is new (default "calm"); not set',
        "component one: parameter gone was removed; not set",
        "component two: BREAKS: parameter gone was removed; set in dlctl.yaml",
    ):
        assert expected in lines
    assert "s3cret" not in outcome.out + outcome.err
    assert "oth3r" not in outcome.out + outcome.err
    assert "pass --accept to proceed anyway" in outcome.err
    assert app.run("pkg", "install", "ours/hello@2.0.0").code == 1
    assert app.files() == before
    app.run("pkg", "update", "--accept").ok()
    assert load_app(app.root).packages["ours/hello"].version == "2.0.0"


def test_a_prototype_that_is_gone_breaks_its_components(app: Project, ours: Path) -> None:
    (ours / "hello/hello").rename(ours / "hello/other")
    (ours / "hello/package.yaml").write_text("name: hello\nversion: 1.1.0\n")
    outcome = app.run("pkg", "update")
    assert (outcome.code, "component 'one': BREAKS: " in outcome.out) == (1, True)
    assert "prototype 'hello' not found" in outcome.out


def test_a_registry_that_goes_back_does_not_downgrade(app: Project, ours: Path) -> None:
    offer(ours, "0.9.0", OLD_PARAMS)
    before = app.files()
    for words in (("pkg", "update"), ("pkg", "install", "ours/hello")):
        app.run(*words).ok()
        assert app.files() == before
    app.run("pkg", "install", "ours/hello@0.9.0").ok()
    assert load_app(app.root).packages["ours/hello"].version == "0.9.0"


def test_nothing_newer(app: Project) -> None:
    before = app.files()
    assert app.run("pkg", "update").ok().err == "every package is up to date\n"
    assert app.run("pkg", "install", "ours/hello").ok().err == "ours/hello@1.0.0 is already installed\n"
    assert app.files() == before


def test_an_environment_can_keep_or_try_another_version(app: Project, ours: Path) -> None:
    (ours / "hello").rename(ours / "hello@1.0.0")
    new = package(
        "hello",
        "1.1.0",
        {"hello": thing(NEW_PARAMS.replace('type: string, default: "2"', "type: integer, default: 7"))},
    )
    write_files(ours, {f"hello@1.1.0/{name.split('/', 1)[1]}": text for name, text in new.items()})
    app.run("pkg", "install", "ours/hello@1.1.0", "--env", "dev").ok()
    assert load_environment(load_app(app.root), "dev").packages["ours/hello"].version == "1.1.0"
    assert 'size: "7"' in app.run("show", "dev").ok().out
    assert 'size: "1"' in app.run("show", "prod").ok().out
    shown = app.run("show", "dev", "prod", "-v").ok().err.splitlines()
    assert shown[0] == "dev: component one: prototype hello (ours/hello@1.1.0)"
    assert shown[-1] == "prod: component two: prototype hello (ours/hello@1.0.0)"
    explained = app.run("param", "explain", "one", "size", "--env", "dev").ok().out
    assert "vendor/ours/hello@1.1.0/hello/prototype.yaml" in explained
    assert "package ours/hello 1.1.0" in explained
    assert "package ours/hello 1.0.0" in app.run("param", "explain", "one", "size", "--env", "prod").ok().out
    app.run("param", "set", "one", "owner", "ann", "--env", "dev").ok()
    refused = app.run("param", "set", "one", "owner", "ann", "--env", "prod")
    assert (refused.code, "has no parameter 'owner'" in refused.err) == (1, True)
    assert "dev: 1.1.0" in app.run("pkg", "list").ok().out
    for name, version in (("dev", "1.1.0"), ("prod", "1.0.0")):
        described = app.run("env", "describe", name, "--offline").ok().out
        assert f'packages: {{"ours/hello": "{version}"}}\n' in described
        described = app.run("env", "describe", name, "--offline", "-o", "json").ok().out
        assert checked(described, "Environment")["packages"] == {"ours/hello": version}
    assert '"ours/hello": "1.1.0"' in app.run("env", "diff", "dev", "prod").out
    app.run("pkg", "verify").ok()
    document = checked(app.run("pkg", "update", "--dry-run", "-o", "json").ok().out, "PackageUpdate")
    assert {each["environment"] for each in document["objects"]} == {"prod", "stage"}
    refused = app.run("pkg", "rm", "ours/hello", "--env", "prod")
    assert (refused.code, "environments/prod/environment.yaml has no version" in refused.err) == (1, True)
    app.run("param", "unset", "one", "owner", "--env", "dev").ok()
    app.run("pkg", "rm", "ours/hello", "--env", "dev").ok()
    assert 'size: "1"' in app.run("show", "dev").ok().out
    assert not (app.root / "vendor/ours/hello@1.1.0").exists()
    app.run("pkg", "install", "ours/hello@1.1.0", "--env", "dev").ok()
    app.run("component", "rm", "one", "--yes").ok()
    app.run("component", "rm", "two", "--yes").ok()
    app.run("pkg", "rm", "ours/hello", "--yes").ok()
    assert "packages" not in app.read("environments/dev/environment.yaml")
    assert not (app.root / "vendor").exists()


def test_a_version_for_an_environment_shows_what_it_changes_there(app: Project, ours: Path) -> None:
    (ours / "hello").rename(ours / "hello@1.0.0")
    new = package("hello", "1.1.0", {"hello": thing(NEW_PARAMS)}, folder="hello@1.1.0")
    write_files(ours, new)
    for name in ("test", "other"):
        app.write({f"environments/{name}/environment.yaml": f"context: {name}\nextends: dev\n"})
    app.run("pkg", "install", "ours/hello@1.0.0", "--env", "other").ok()
    app.run("param", "set", "one", "gone", "x", "--env", "test").ok()
    app.run("param", "set", "two", "gone", "x", "--env", "prod").ok()
    before = app.files()
    refused = app.run("pkg", "install", "ours/hello@1.1.0", "--env", "dev")
    assert (refused.code, app.files()) == (1, before)
    lines = refused.out.splitlines()
    assert lines[0] == "ours/hello: 1.0.0 → 1.1.0"
    assert "component one: BREAKS: parameter gone was removed; set in test" in lines
    assert "component two: parameter gone was removed; not set" in lines
    headings = [line for line in lines if line.startswith("--- ")]
    assert headings == [
        f"--- dev: ConfigMap/{name} (namespace dev), component {name}" for name in ("one", "two")
    ] + ["--- test: ConfigMap/two (namespace default), component two"]
    assert "s3cret" not in refused.out
    app.run("param", "unset", "one", "gone", "--env", "test").ok()
    app.run("pkg", "install", "ours/hello@1.1.0", "--env", "dev").ok()
    versions = {name: app.run("show", name, "-v").ok().err for name in ("dev", "test", "other", "prod")}
    assert ["hello@1.1.0" in text for text in versions.values()] == [True, True, False, False]


def test_an_environment_cannot_have_a_package_that_the_app_does_not(app: Project) -> None:
    app.write(
        {
            "environments/dev/environment.yaml": "context: dev\npackages: {ours/helo: {version: 1.0.0, "
            f"digest: 'sha256:{'0' * 64}'}}}}\n"
        }
    )
    outcome = app.run("show", "dev")
    assert outcome.err == (
        "Error: environments/dev/environment.yaml:2:12: package 'ours/helo' is not installed in this app\n"
        "  did you mean 'ours/hello'?\n"
    )


def test_a_package_in_use_is_not_removed(app: Project) -> None:
    outcome = app.run("pkg", "rm", "ours/hello", "--yes")
    assert (outcome.code, "component 'one' uses package 'ours/hello'" in outcome.err) == (1, True)
    outcome = app.run("registry", "rm", "ours", "--yes")
    assert (outcome.code, "packages of registry 'ours' are installed: ours/hello" in outcome.err) == (1, True)
    assert "did you mean 'ours/hello'?" in app.run("pkg", "rm", "ours/helo", "--yes").err
    assert "did you mean 'hello'?" in app.run("pkg", "install", "ours/helo").err
    assert "did you mean 'ours'?" in app.run("pkg", "install", "our/hello").err


def test_restore_after_a_change(app: Project, ours: Path) -> None:
    before = app.files()
    template = app.root / "vendor/ours/hello@1.0.0/hello/templates/map.yaml.j2"
    template.write_text("changed")
    (app.root / "vendor/ours/hello@1.0.0.sum").unlink()
    assert app.run("pkg", "restore").ok().err == "restored ours/hello@1.0.0\n"
    assert app.files() == before
    assert app.run("pkg", "restore").ok().err == "every package is there and unchanged\n"


def test_restore_takes_no_other_content(app: Project, ours: Path) -> None:
    template = app.root / "vendor/ours/hello@1.0.0/hello/templates/map.yaml.j2"
    template.write_text("changed")
    before = app.files()
    (ours / "hello/more.txt").write_text("more")
    outcome = app.run("pkg", "restore")
    assert (outcome.code, "has different content for ours/hello@1.0.0" in outcome.err) == (1, True)
    assert app.files() == before


def test_readers_write_json(app: Project, ours: Path) -> None:
    offer(ours, "1.1.0", OLD_PARAMS)
    (ours / "broken").mkdir()
    (ours / "broken/package.yaml").write_text("nam: x\n")
    assert (
        checked(app.run("registry", "list", "-o", "json").ok().out, "RegistryList")["items"][1]["name"]
        == "ours"
    )
    described = app.run("registry", "describe", "ours", "-o", "json").ok()
    assert [each["versions"] for each in checked(described.out, "Registry")["packages"]] == [["1.1.0"]]
    assert "ours:broken/package.yaml:1:1: unknown field 'nam'" in described.err
    assert (
        checked(app.run("pkg", "list", "-o", "json").ok().out, "PackageList")["items"][0]["name"]
        == "ours/hello"
    )
    found = app.run("pkg", "search", "hello", "-o", "json")
    assert found.code == 1
    document = checked(found.out, "AvailablePackageList")
    assert [(each["versions"], each["installed"]) for each in document["items"]] == [(["1.1.0"], "1.0.0")]
    assert document["errors"][0]["code"] == "registry"
    package_ = checked(app.run("pkg", "describe", "ours/hello", "-o", "json").ok().out, "Package")
    assert (package_["version"], package_["installed"], package_["prototypes"][0]["name"]) == (
        "1.0.0",
        True,
        "hello",
    )
    verified = checked(app.run("pkg", "verify", "-o", "json").ok().out, "PackageVerificationList")
    assert [each["unchanged"] for each in verified["items"]] == [True]
    assert "Digest: sha256:" in app.run("pkg", "describe", "ours/hello").ok().out
