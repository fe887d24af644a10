"""Packages that try to write, read or run what they should not. Nothing of them is installed.

Each case is offered as a directory, and as a git repository where git can express it.
"""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlctl.registry.packages import content
from dlctl.registry.packages.content import MAX_FILE
from dlctl.registry.sources.directory import DirectoryTree
from tests.packages.git_server import commit_all, git
from tests.packages.registries import empty_app, package, registry, write_files
from tests.project import Project

pytestmark = pytest.mark.slow

SECRET = "a file of the user, outside of the registry"


@dataclass(frozen=True)
class Attack:
    """A package that is prepared in the folder of `hello`, and what the refusal says."""

    prepare: Callable[[Path], object]
    message: str
    in_git: bool = True


def _link_out(folder: Path) -> None:
    (folder / "hello/templates/a.yaml").symlink_to(folder.parents[1] / "secret")


def _folder_link_out(folder: Path) -> None:
    (folder / "hello/more").symlink_to(folder.parents[1])


def _many(folder: Path) -> None:
    for number in range(40):
        (folder / f"f{number}").write_text("")


def _deep(folder: Path) -> None:
    write_files(folder, {"/".join("abcdefghijkl") + "/x": ""})


def _sparse(folder: Path) -> None:
    with (folder / "big").open("wb") as file:
        file.truncate(MAX_FILE + 1)


def _much(folder: Path) -> None:
    for number in range(5):
        (folder / f"f{number}").write_bytes(bytes(5_000_000))


ATTACKS = {
    "link to a file": Attack(_link_out, "'hello/templates/a.yaml' is a symbolic link, not a file"),
    "link to a folder": Attack(_folder_link_out, "'hello/more' is a symbolic link, not a file"),
    "pipe": Attack(lambda folder: os.mkfifo(folder / "a"), "'a' is a special file, not a file", in_git=False),
    "too large": Attack(_sparse, f"more than {MAX_FILE:,} bytes"),
    "too large together": Attack(_much, "more than 20,000,000 bytes"),
    "too many": Attack(_many, "more than 30 files"),
    "too deep": Attack(_deep, "is nested more than 8 folders deep"),
    "too long": Attack(
        lambda folder: write_files(folder, {f"{'a' * 100}/{'b' * 100}": ""}),
        "a path of more than 180 characters",
    ),
    "case": Attack(lambda folder: write_files(folder, {"A/x": "", "a/y": ""}), "clashes with 'A'"),
    "file and folder": Attack(lambda folder: write_files(folder, {"A": "", "a/y": ""}), "clashes with 'A'"),
    "reserved": Attack(lambda folder: write_files(folder, {"aux.yaml": ""}), "a name that Windows reserves"),
    "final dot": Attack(lambda folder: write_files(folder, {"a.": ""}), "ends with a dot"),
    "backslash": Attack(
        lambda folder: write_files(folder, {"a\\..\\b": ""}), "characters other than letters"
    ),
    "line end": Attack(lambda folder: write_files(folder, {"a\nb": ""}), "characters other than letters"),
    "dash": Attack(lambda folder: write_files(folder, {"-rf": ""}), "characters other than letters"),
    "homoglyph": Attack(
        lambda folder: write_files(folder, {"hell\u043e": ""}), "characters other than letters"
    ),
    "reserved folder": Attack(
        lambda folder: write_files(folder, {"_shared/groups/a.yaml": ""}), "is reserved"
    ),
    "version": Attack(
        lambda folder: write_files(folder, {"package.yaml": "version: 1.0.0/../../../../a\n"}),
        "version of package 'hello' must be like 1.2.3",
    ),
    "YAML bomb": Attack(
        lambda folder: write_files(
            folder,
            {
                "package.yaml": "a0: &a0 [x]\n"
                + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]\n" for n in range(1, 20))
            },
        ),
        "package.yaml",
    ),
}


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can exceed quickly."""
    monkeypatch.setattr(content, "MAX_FILES", 30)
    monkeypatch.setattr("dlctl.registry.packages.offer.MAX_TOTAL", 20_000_000)
    monkeypatch.setattr(content, "MAX_TOTAL", 20_000_000)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    ("source", "name"),
    [("directory", name) for name in ATTACKS] + [("git", name) for name in ATTACKS if ATTACKS[name].in_git],
)
def test_a_hostile_package_is_refused(project: Project, source: str, name: str) -> None:
    attack = ATTACKS[name]
    folder = registry(project.root.parent / "outside/registry", package("hello"), package("good"))
    (folder.parent / "secret").write_text(SECRET)
    attack.prepare(folder / "hello")
    location = str(folder)
    if source == "git":
        commit_all(folder)
        location = f"file://{folder}"
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    before = project.files()
    outcome = project.run("pkg", "install", "ours/hello")
    assert outcome.code == 1
    assert attack.message in outcome.err
    assert project.files() == before
    assert not (project.root / "vendor").exists()
    project.run("pkg", "install", "ours/good").ok()


@pytest.mark.parametrize("name", ["..", "../..", "../../../../../../escaped", "/etc/passwd"])
def test_a_git_tree_with_a_path_that_leads_out_is_refused(project: Project, name: str) -> None:
    """Git refuses to make such trees, so the test writes their bytes."""
    folder = registry(project.root.parent / "registry", package("hello"))
    commit_all(folder)
    blob = git(folder, "hash-object", "-w", "--stdin", data="written outside\n")
    old = subprocess.run(
        ["git", "cat-file", "tree", "HEAD:hello"], cwd=folder, capture_output=True, check=True
    ).stdout
    _replace_tree(folder, old + b"100644 " + name.encode() + b"\0" + bytes.fromhex(blob))
    empty_app(project)
    outcome = project.run("registry", "add", "ours", f"file://{folder}")
    if outcome.code == 0:
        outcome = project.run("pkg", "install", "ours/hello")
        assert "points outside the package" in outcome.err or "absolute" in outcome.err
    assert outcome.code == 1
    assert not (project.root / "vendor").exists()


def _replace_tree(folder: Path, tree: bytes) -> None:
    """Commit a tree object with these bytes as the folder `hello`."""
    made = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
        cwd=folder,
        input=tree,
        capture_output=True,
        check=True,
    ).stdout.decode()
    entries = git(folder, "ls-tree", "HEAD").replace(git(folder, "rev-parse", "HEAD:hello"), made.strip())
    root = git(folder, "mktree", data=entries + "\n")
    commit = git(folder, "commit-tree", root, "-m", "x", "-p", "HEAD")
    git(folder, "update-ref", "refs/heads/master", commit)


def test_a_file_that_becomes_a_link_while_it_is_read_is_not_followed(project: Project) -> None:
    folder = registry(project.root.parent / "registry", package("hello"))
    secret = folder.parent / "secret"
    secret.write_text(SECRET)
    tree = DirectoryTree(folder)
    assert len(tree.entries("hello")) == 5
    (folder / "hello/package.yaml").unlink()
    (folder / "hello/package.yaml").symlink_to(secret)
    (folder / "hello/hello").rename(folder / "moved")
    (folder / "hello/hello").symlink_to(folder / "moved")
    for path in ("hello/package.yaml", "hello/hello/prototype.yaml"):
        with pytest.raises(Exception, match="cannot be read"):
            tree.read([path], 1_000_000)


def test_an_installed_file_is_a_copy_even_of_a_hard_link(project: Project) -> None:
    folder = registry(project.root.parent / "registry", package("hello"))
    linked = folder / "hello/hello/prototype.yaml"
    os.link(linked, folder.parent / "other-name")
    empty_app(project)
    project.run("registry", "add", "ours", str(folder)).ok()
    project.run("pkg", "install", "ours/hello").ok()
    installed = project.root / "vendor/ours/hello@1.0.0/hello/prototype.yaml"
    assert installed.stat().st_nlink == 1
    linked.write_text("changed")
    project.run("pkg", "verify").ok()


def test_a_link_in_vendor_is_not_written_through(project: Project) -> None:
    folder = registry(project.root.parent / "registry", package("hello"))
    elsewhere = project.root.parent / "elsewhere"
    elsewhere.mkdir()
    empty_app(project)
    project.run("registry", "add", "ours", str(folder)).ok()
    (project.root / "vendor").symlink_to(elsewhere)
    outcome = project.run("pkg", "install", "ours/hello")
    assert (outcome.code, "is a symbolic link" in outcome.err) == (1, True)
    assert list(elsewhere.iterdir()) == []


def _signature_link(folder: Path) -> None:
    (folder / "hello.sig").symlink_to(folder.parent / "secret")


def _signature_bomb(folder: Path) -> None:
    with (folder / "hello.sig").open("wb") as file:
        file.truncate(1_000_000_000)


@pytest.mark.parametrize(
    ("prepare", "message"), [(_signature_link, "cannot be read"), (_signature_bomb, "files are too large")]
)
def test_a_hostile_signature_is_not_read(
    project: Project, prepare: Callable[[Path], None], message: str
) -> None:
    folder = registry(project.root.parent / "outside/registry", package("hello"))
    (folder.parent / "secret").write_text(SECRET)
    prepare(folder)
    empty_app(project)
    project.run("registry", "add", "ours", str(folder)).ok()
    before = project.files()
    outcome = project.run("pkg", "install", "ours/hello")
    assert (outcome.code, message in outcome.err, project.files()) == (1, True, before)


TEMPLATES = {
    "classes": '{{ "".__class__.__mro__ }}',
    "attributes": "{{ params.greeting.format.__globals__ }}",
    "format": '{{ "{0.__class__}".format(params) }}',
    "include": '{% include "../../../../../secret" %}',
    "include absolute": '{% include "/etc/passwd" %}',
    "fragment": '{{ fragment("../../../../../secret") }}',
    "text": '{{ text("../../../../../secret") }}',
    "import": '{% import "os" as os %}',
    "clock": "{{ now() }}",
    "environment": "{{ environment.PATH }}",
    "endless": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "memory": '{{ "a" * 10 ** 9 }}',
    "recursion": '{% include "map.yaml.j2" %}',
    "output": "{% for a in range(90000) %}{{ params.greeting * 9999 }}{% endfor %}",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_hostile_template_renders_nothing(project: Project, name: str) -> None:
    (project.root.parent / "secret").write_text(SECRET)
    folder = registry(project.root.parent / "registry", package("hello"))
    header = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: "
    write_files(folder, {"hello/hello/templates/map.yaml.j2": header + TEMPLATES[name] + "\n"})
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(folder)).ok()
    project.run("pkg", "install", "ours/hello").ok()
    project.run("generate", "hello", "web").ok()
    outcome = project.run("show", "dev")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: vendor/ours/hello@1.0.0/hello/templates/map.yaml.j2")
    assert SECRET not in outcome.err


SCHEMAS = {
    "remote reference": "{$ref: 'https://127.0.0.1:9/schema.json'}",
    "file reference": "{$ref: 'file:///etc/passwd'}",
    "not a pattern": "{type: string, pattern: '('}",
    "not a schema": "{type: string, minLength: -1}",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_package_with_such_a_schema_is_not_installed(project: Project, name: str) -> None:
    folder = registry(project.root.parent / "registry", package("hello"))
    good = (folder / "hello/hello/prototype.yaml").read_text()
    bad = f"summary: x\nparams:\n  greeting: {SCHEMAS[name]}\n"
    write_files(folder, {"hello/hello/prototype.yaml": bad})
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(folder)).ok()
    refused(project, "1.0.0", "pkg", "install", "ours/hello")
    write_files(folder, {"hello/hello/prototype.yaml": good})
    project.run("pkg", "install", "ours/hello").ok()
    metadata = (folder / "hello/package.yaml").read_text().replace("1.0.0", "1.1.0")
    write_files(folder, {"hello/hello/prototype.yaml": bad, "hello/package.yaml": metadata})
    refused(project, "1.1.0", "pkg", "install", "ours/hello@1.1.0", "--env", "dev")
    refused(project, "1.1.0", "pkg", "update")


def refused(project: Project, version: str, *words: str) -> None:
    before = project.files()
    outcome = project.run(*words)
    assert (outcome.code, outcome.out) == (1, "")
    assert f"vendor/ours/hello@{version}/hello/prototype.yaml:3:" in outcome.err
    assert "of parameter 'greeting'" in outcome.err
    assert project.files() == before


PATTERNS = {"catastrophic": "'^(a+)+$'", "backreference": r"'^(a*)*\1$'"}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.timeout(60)
def test_a_hostile_pattern_ends(project: Project, name: str) -> None:
    schema = f"{{type: string, default: x, pattern: {PATTERNS[name]}}}"
    folder = registry(project.root.parent / "registry", package("hello"))
    write_files(folder, {"hello/hello/prototype.yaml": f"summary: x\nparams:\n  greeting: {schema}\n"})
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(folder)).ok()
    installed = project.run("pkg", "install", "ours/hello")
    if installed.code == 0:
        assert project.run("generate", "hello", "web", "--greeting", "a" * 60 + "!").code == 1
