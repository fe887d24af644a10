"""`pkg push` to a registry in a directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlctl.app.load import load_app
from tests.output_schemas import checked
from tests.packages.git_server import commit_all
from tests.packages.registries import empty_app, package, registry, vendored, write_files
from tests.project import Project


@pytest.fixture
def greeter(project: Project) -> Project:
    """A project with a new package `greeter`."""
    project.run("pkg", "new", "greeter").ok()
    return project


def tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("exists", [True, False])
def test_a_new_directory_becomes_a_registry(greeter: Project, exists: bool) -> None:
    if exists:
        (greeter.root / "shop").mkdir()
    outcome = greeter.run("pkg", "push", "greeter", "./shop").ok()
    assert outcome.err.startswith("pushed greeter@0.1.0 to ./shop/greeter@0.1.0: 5 files, sha256:")
    assert outcome.out == ""
    assert greeter.read("shop/registry.yaml").startswith("apiVersion: dlctl.dev/v1\nkind: Registry\n")
    empty_app(greeter, "dev")
    greeter.run("registry", "add", "ours", "shop").ok()
    greeter.run("pkg", "install", "ours/greeter").ok()
    greeter.run("generate", "greeter", "web", "--image", "a.example.com/b:1").ok()
    assert "image: a.example.com/b:1" in greeter.run("show", "dev").ok().out
    assert tree(greeter.root / "vendor/ours/greeter@0.1.0") == tree(greeter.root / "greeter")
    mode = (greeter.root / "shop/registry.yaml").stat().st_mode
    assert mode & 0o044 == 0o666 & ~_umask() & 0o044, "others may read it, as far as the umask allows"


def _umask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found


def test_versions_lie_side_by_side(greeter: Project) -> None:
    empty_app(greeter)
    folder = registry(greeter.root / "shop", package("hello"))
    greeter.run("registry", "add", "ours", "shop").ok()
    source = write_files(greeter.root, package("hello", "1.1.0"))
    before = tree(folder)
    outcome = greeter.run("pkg", "push", "hello", "ours").ok()
    assert "pushed hello@1.1.0 to shop/hello@1.1.0" in outcome.err
    after = tree(folder)
    assert {path: after[path] for path in before} == before, "what was there stays"
    assert {path for path in after if path not in before} == {
        f"hello@1.1.0/{path}" for path in tree(source / "hello")
    }
    greeter.run("pkg", "install", "ours/hello@1.0.0").ok()
    greeter.run("pkg", "update").ok()
    assert load_app(greeter.root).packages["ours/hello"].version == "1.1.0"


def test_a_version_never_changes(greeter: Project) -> None:
    greeter.run("pkg", "push", "greeter", "./shop").ok()
    before = tree(greeter.root / "shop")
    again = greeter.run("pkg", "push", "greeter/", "./shop/").ok()
    assert again.err == "./shop/greeter@0.1.0 already exists, with the same content\n"
    greeter.write({"greeter/note.txt": "changed"})
    for words in ([], ["--dry-run"]):
        outcome = greeter.run("pkg", "push", "greeter", "./shop", *words)
        assert (outcome.code, "./shop has greeter@0.1.0 with different content: sha256:" in outcome.err) == (
            1,
            True,
        )
        assert "give the package a new version" in outcome.err
    assert tree(greeter.root / "shop") == before


def test_a_dry_run_writes_nothing(greeter: Project) -> None:
    before = greeter.files()
    outcome = greeter.run("pkg", "push", "greeter", "./shop", "--dry-run").ok()
    assert outcome.err.startswith("would push greeter@0.1.0 to ./shop/greeter@0.1.0: 5 files, sha256:")
    answer = checked(
        greeter.run("pkg", "push", "greeter", "./shop", "--dry-run", "-o", "json").ok().out, "PackagePush"
    )
    assert (answer["manifest"], answer["new"], answer["size"]) == (None, True, 1701)
    assert greeter.files() == before
    assert not (greeter.root / "shop").exists()


def test_what_packages_share_comes_with_them(project: Project) -> None:
    """A registry has one `_shared`: it is never changed for another package."""
    shared = {"_shared/fragments/a.yaml.j2": "a: 1\n"}
    source = registry(project.root / "source", package("hello"), shared)
    project.run("pkg", "push", "source/hello", "./shop").ok()
    assert tree(project.root / "shop")["_shared/fragments/a.yaml.j2"] == b"a: 1\n"
    write_files(source, {**package("tf-job"), "_shared/fragments/b.yaml.j2": "b: 1\n"})
    before = tree(project.root / "shop")
    outcome = project.run("pkg", "push", "source/tf-job", "./shop")
    assert (outcome.code, "./shop/_shared differs from what package tf-job@1.0.0" in outcome.err) == (1, True)
    registry(project.root / "plain", package("other"))
    outcome = project.run("pkg", "push", "source/tf-job", "./plain")
    assert (outcome.code, "./plain/_shared differs" in outcome.err) == (1, True)
    assert tree(project.root / "shop") == before


@pytest.mark.parametrize(
    ("files", "words", "message"),
    [
        ({}, ("nothing", "./shop"), "no package.yaml in nothing"),
        ({"a/package.yaml": "version: 1.0.0\n"}, ("a", "./shop"), "a has no prototypes"),
        ({"greeter/package.yaml": "name: greeter\n"}, ("greeter", "./shop"), "has no version"),
        ({"greeter/a b.txt": ""}, ("greeter", "./shop"), "'a b.txt' has a name with characters other than"),
        ({"shop/x.txt": ""}, ("greeter", "./shop"), "no registry.yaml in registry './shop'"),
        ({"shop": ""}, ("greeter", "./shop"), "shop"),
        ({}, ("greeter", "shop"), "no registry or directory 'shop'"),
        ({}, ("greeter", "oci://x.example.com"), "does not name an OCI repository"),
        ({}, ("greeter", "github.com/a/b"), "is a git repository"),
    ],
)
def test_what_cannot_be_pushed(
    greeter: Project, files: dict[str, str], words: tuple[str, str], message: str
) -> None:
    greeter.write(files)
    before = greeter.files()
    outcome = greeter.run("pkg", "push", *words)
    assert (outcome.code in (1, 2), message in outcome.err) == (True, True), outcome.err
    assert outcome.err.startswith("Error: ")
    assert greeter.files() == before


def test_a_link_in_a_package_is_not_followed(greeter: Project) -> None:
    (greeter.root / "greeter/secret").symlink_to("/etc/passwd")
    outcome = greeter.run("pkg", "push", "greeter", "./shop")
    assert (outcome.code, "'secret' is a symbolic link, not a file" in outcome.err) == (1, True)
    assert not (greeter.root / "shop").exists()


def test_a_name_that_is_nearly_a_registry(greeter: Project) -> None:
    empty_app(greeter)
    registry(greeter.root / "shop", package("hello"))
    greeter.run("registry", "add", "ours", "shop").ok()
    outcome = greeter.run("pkg", "push", "greeter", "our")
    assert (outcome.code, "did you mean 'ours'?" in outcome.err) == (1, True), outcome.err


def test_a_git_registry_of_the_app(greeter: Project) -> None:
    folder = registry(greeter.root.parent / "repository", package("hello"))
    commit_all(folder)
    empty_app(greeter)
    greeter.run("registry", "add", "ours", f"file://{folder}").ok()
    outcome = greeter.run("pkg", "push", "greeter", "ours")
    assert (outcome.code, "registry 'ours' is a git repository" in outcome.err) == (1, True)
    assert "commit the new folder with git" in outcome.err


@pytest.mark.slow
def test_pushes_at_once(project: Project) -> None:
    """Of different packages all arrive; of two with one version and different content only one does."""
    folder = registry(project.root / "source", package("one"), package("two"))
    other = registry(project.root / "other", package("one"))
    write_files(other, {"one/more.txt": "more"})
    names = [folder / "one", other / "one", folder / "two"]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "dlctl.cli.main", "pkg", "push", str(name), "./shop"],
            cwd=project.root,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    answers = [(process.communicate(timeout=100)[1], process.returncode) for process in running]
    assert sorted(code for _, code in answers) == [0, 0, 1], answers
    assert any("with different content" in text for text, _ in answers)
    assert answers[2][1] == 0
    empty_app(project)
    project.run("registry", "add", "ours", "shop").ok()
    project.run("pkg", "install", "ours/one", "ours/two").ok()
    assert {path.split("/")[2] for path in vendored(project)} >= {"one@1.0.0", "two@1.0.0"}


def test_a_failure_on_the_way_leaves_nothing(greeter: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the last file is written."""

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dlctl.files.replace.os.fsync", full)
    before = greeter.files()
    outcome = greeter.run("pkg", "push", "greeter", "./shop")
    assert (outcome.code, "No space left on device" in outcome.err) == (1, True), outcome.err
    assert greeter.files() == before
    assert not (greeter.root / "shop").exists()


def test_a_directory_beside_the_app(greeter: Project) -> None:
    """A path with `..`, given or stored in dlctl.yaml."""
    empty_app(greeter)
    outcome = greeter.run("pkg", "push", "greeter", "../shop").ok()
    assert outcome.err.startswith("pushed greeter@0.1.0 to ../shop/greeter@0.1.0: 5 files, ")
    shop = greeter.root.parent / "shop"
    assert (shop / "registry.yaml").is_file()
    greeter.run("registry", "add", "ours", "../shop").ok()
    write_files(greeter.root, package("hello"))
    greeter.run("pkg", "push", "hello", "ours").ok()
    assert (shop / "hello@1.0.0/package.yaml").is_file()
