"""Registries in git repositories, over https on loopback and from files."""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.app.load import load_app
from tests.packages.git_server import GitServer, commit_all, git, git_server
from tests.packages.registries import empty_app, package, prototype, registry, vendored, write_files
from tests.project import Project
from tests.terminal import on_terminal

pytestmark = pytest.mark.slow

POST = "github.com/google/kubeflow/tree/master/kubeflow"


@pytest.fixture
def server(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitServer]:
    """github.com, which has google/kubeflow with a registry in the folder kubeflow."""
    with git_server(project.root.parent / "github") as found:
        found.lead_here(Path(project.environ["HOME"]), monkeypatch)
        folder = registry(found.root / "google/kubeflow/kubeflow", package("hello"), package("tf-job"))
        commit_all(folder.parent)
        yield found


@pytest.fixture
def repository(server: GitServer) -> Path:
    return server.root / "google/kubeflow"


def test_the_form_of_the_post(project: Project, server: GitServer, repository: Path) -> None:
    empty_app(project, "dev")
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    project.run("generate", "hello", "web", "--name=web").ok()
    app = load_app(project.root)
    commit = git(repository, "rev-parse", "HEAD")
    entry = app.registries["kubeflow"]
    assert (entry.git, entry.ref, entry.path, entry.commit) == (
        "https://github.com/google/kubeflow",
        "master",
        "kubeflow",
        commit,
    )
    assert app.packages["kubeflow/hello"].commit == commit
    before = len(server.requests)
    assert "greeting: hello" in project.run("show", "dev").ok().out
    assert len(server.requests) == before


@pytest.mark.parametrize("filter_allowed", [True, False])
def test_only_what_is_needed_is_fetched(
    project: Project, server: GitServer, repository: Path, filter_allowed: bool
) -> None:
    """Files that are not part of the package stay away, and older commits too; GitHub allows filters."""
    big = random.Random(0).randbytes(200_000).hex()
    write_files(repository, {"old.txt": big})
    commit_all(repository)
    (repository / "old.txt").unlink()
    write_files(repository, {"elsewhere/big.txt": big[::-1]})
    commit_all(repository)
    git(repository, "config", "uploadpack.allowFilter", str(filter_allowed).lower())
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    assert server.sent < (50_000 if filter_allowed else 900_000)
    assert all("version=2" in headers.get("Git-Protocol", "") for _, headers in server.requests)


@pytest.mark.parametrize("kind", ["branch", "tag", "annotated tag", "commit", "default branch"])
def test_a_registry_at_any_ref(project: Project, repository: Path, kind: str) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "branch", "release/1.0")
    git(repository, "tag", "v1")
    git(repository, "tag", "-a", "v2", "-m", "second")
    write_files(repository / "kubeflow", package("hello", "2.0.0"))
    second = commit_all(repository)
    ref = {"branch": "release/1.0", "tag": "v1", "annotated tag": "v2", "commit": first, "default branch": ""}
    empty_app(project)
    url = "https://github.com/google/kubeflow"
    words = ["--ref", ref[kind]] if ref[kind] else []
    project.run("registry", "add", "kubeflow", url, "--path", "kubeflow", *words).ok()
    entry = load_app(project.root).registries["kubeflow"]
    assert entry.commit == (second if kind == "default branch" else first)
    project.run("pkg", "install", "kubeflow/hello").ok()
    version = "2.0.0" if kind == "default branch" else "1.0.0"
    assert load_app(project.root).packages["kubeflow/hello"].version == version


@pytest.mark.parametrize(
    ("location", "ref", "path"),
    [
        ("tree/feature/x/kubeflow", "feature/x", "kubeflow"),
        ("tree/feature/x/y/kubeflow", "feature/x/y", "kubeflow"),  # a tag, longer than the branch feature/x
        ("tree/v1/kubeflow", "v1", "kubeflow"),
        ("tree/release/1.0", "release/1.0", ""),
    ],
)
def test_a_ref_with_a_slash_as_in_a_browser(
    project: Project, repository: Path, location: str, ref: str, path: str
) -> None:
    write_files(repository, {"registry.yaml": "apiVersion: dlctl.dev/v1\nkind: Registry\n"})
    commit = commit_all(repository)
    for name in ("feature/x", "release/1.0"):
        git(repository, "branch", name)
    git(repository, "tag", "v1")
    git(repository, "tag", "-a", "feature/x/y", "-m", "tag")
    empty_app(project)
    project.run("registry", "add", "kubeflow", f"github.com/google/kubeflow/{location}").ok()
    entry = load_app(project.root).registries["kubeflow"]
    assert (entry.ref, entry.path, entry.commit) == (ref, path, commit)
    if path:
        project.run("pkg", "install", "kubeflow/hello").ok()


def test_no_ref_that_the_url_of_a_browser_begins_with(project: Project, repository: Path) -> None:
    git(repository, "branch", "feature/x")
    empty_app(project)
    outcome = project.run("registry", "add", "ours", "github.com/google/kubeflow/tree/feature/y/kubeflow")
    assert (outcome.code, "has no branch or tag 'feature/y/kubeflow'" in outcome.err) == (1, True)


@pytest.mark.parametrize(
    "names",
    [
        ["hello/v1.0.0"],
        ["hello-1.0.0"],
        ["hello@v1.0.0"],
        ["v1.0.0"],
        ["1.0.0"],
        ["hello/1.0.0", "wrong: v1.0.0"],
    ],
)
def test_a_version_by_its_tag(project: Project, repository: Path, names: list[str]) -> None:
    """The newest commit has only the newest version: an older one is what its tag has."""
    first = git(repository, "rev-parse", "HEAD")
    write_files(repository / "kubeflow", package("hello", "2.0.0"))
    commit_all(repository)
    for name in names:
        wrong = name.startswith("wrong: ")
        git(repository, "tag", "-a", "-m", "x", name.removeprefix("wrong: "), "HEAD" if wrong else first)
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello@1.0.0").ok()
    pin = load_app(project.root).packages["kubeflow/hello"]
    assert (pin.version, pin.commit) == ("1.0.0", first)
    shutil.rmtree(project.root / "vendor")
    project.run("pkg", "restore").ok()
    assert "has no version 3.0.0" in project.run("pkg", "install", "kubeflow/hello@3.0.0").err


def test_a_tag_of_a_version_that_has_another(project: Project, repository: Path) -> None:
    git(repository, "tag", "v9.0.0")
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    outcome = project.run("pkg", "install", "kubeflow/hello@9.0.0")
    assert (outcome.code, "has no version 9.0.0 of package 'hello'" in outcome.err) == (1, True)
    assert "packages" not in project.read("dlctl.yaml")


def test_install_uses_the_pinned_commit(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    write_files(repository / "kubeflow", package("hello", "2.0.0"))
    second = commit_all(repository)
    project.run("pkg", "install", "kubeflow/hello").ok()
    assert load_app(project.root).packages["kubeflow/hello"].version == "1.0.0"
    outcome = project.run("registry", "update").ok()
    assert f"→ {second[:12]}" in outcome.err
    assert load_app(project.root).packages["kubeflow/hello"].version == "1.0.0"
    assert "2.0.0" in project.run("pkg", "search", "hello").ok().out


def test_a_package_of_another_commit(project: Project, repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    write_files(repository / "kubeflow", package("hello", "2.0.0"))
    commit_all(repository)
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", f"kubeflow/hello@{first}").ok()
    pin = load_app(project.root).packages["kubeflow/hello"]
    assert (pin.version, pin.commit) == ("1.0.0", first)


def test_restore_gives_the_same_bytes_on_another_machine(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    before = vendored(project)
    write_files(repository / "kubeflow", package("hello", "2.0.0"))
    commit_all(repository)
    shutil.rmtree(project.root / "vendor")
    project.run("pkg", "restore").ok()
    assert vendored(project) == before
    project.run("pkg", "verify").ok()


def test_a_forced_push_that_removes_the_commit_is_explained(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    shutil.rmtree(project.root / "vendor")
    shutil.rmtree(repository / ".git")
    commit_all(repository, "other history")
    outcome = project.run("pkg", "restore")
    assert outcome.code == 1
    assert "the server does not have the commit" in outcome.err
    assert vendored(project) == {}


def test_a_repository_with_sha256_objects(project: Project) -> None:
    folder = registry(project.root.parent / "registry", package("hello"))
    git(folder, "init", "--quiet", "--object-format=sha256")
    commit = commit_all(folder)
    empty_app(project)
    project.run("registry", "add", "ours", f"file://{folder}").ok()
    project.run("pkg", "install", "ours/hello").ok()
    assert (load_app(project.root).packages["ours/hello"].commit, len(commit)) == (commit, 64)


def test_without_git(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project.root))
    empty_app(project)
    outcome = project.run("registry", "add", "ours", "file:///srv/registry.git")
    assert (outcome.code, "git is not installed" in outcome.err) == (1, True)


def test_a_ref_that_does_not_exist(project: Project, repository: Path) -> None:
    empty_app(project)
    outcome = project.run("registry", "add", "ours", "https://github.com/google/kubeflow", "--ref", "nope")
    assert (outcome.code, "has no branch or tag 'nope'" in outcome.err) == (1, True)
    outcome = project.run("registry", "add", "ours", "github.com/google/kubeflow/tree/master/nope")
    assert (outcome.code, "has no folder 'nope'" in outcome.err) == (1, True)
    outcome = project.run("registry", "add", "ours", "github.com/google/nope")
    assert (outcome.code, "repository not found" in outcome.err) == (1, True)
    assert "registries" not in project.read("dlctl.yaml")


def test_progress_is_a_row_on_a_terminal(project: Project, repository: Path) -> None:
    empty_app(project)
    command = (sys.executable, "-m", "dlctl.cli.main", "registry", "add", "kubeflow", POST)
    shown = on_terminal(command, cwd=project.root, environ={**os.environ, **project.environ})
    assert shown.code == 0
    assert "added registry kubeflow with 2 packages" in shown.text


def test_without_a_network(project: Project, server: GitServer, repository: Path) -> None:
    """What is installed works on; what needs the registry says so, and changes nothing."""
    empty_app(project, "dev")
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    project.run("generate", "hello", "web").ok()
    config = '[url "https://127.0.0.1:9/"]\n\tinsteadOf = https://github.com/\n'
    (Path(project.environ["HOME"]) / ".gitconfig").write_text(config)
    before = project.files()
    for words in (("registry", "update"), ("pkg", "install", "kubeflow/tf-job"), ("pkg", "update")):
        outcome = project.run(*words)
        assert (outcome.code, "github.com/google/kubeflow: cannot be reached" in outcome.err) == (1, True)
        assert project.files() == before
    project.run("pkg", "verify").ok()
    project.run("pkg", "restore").ok()
    assert "greeting: hello" in project.run("show", "dev").ok().out


def test_file_url(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "kubeflow", f"file://{repository}", "--path", "kubeflow").ok()
    project.run("pkg", "install", "kubeflow/hello").ok()


@pytest.mark.parametrize(
    "location", ["git@git.example.com:google/kubeflow", "ssh://git@git.example.com/google/kubeflow"]
)
def test_over_ssh(
    project: Project, server: GitServer, repository: Path, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the user's own ssh, here a script that runs what it is asked for on this machine."""
    script = project.root.parent / "ssh"
    log = project.root.parent / "asked"
    script.write_text(
        f'#!/bin/sh\nfor word; do last=$word; done\necho "$*" >> {log}\ncd {server.root} || exit 1\n'
        'eval "$(echo "$last" | sed "s, \'/, \',")"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH", str(script))
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    empty_app(project)
    project.run("registry", "add", "kubeflow", location, "--path", "kubeflow").ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    assert load_app(project.root).packages["kubeflow/hello"].commit == git(repository, "rev-parse", "HEAD")
    assert "git@git.example.com git-upload-pack" in log.read_text()
    assert server.requests == []


def test_a_mirror_on_this_machine(project: Project, server: GitServer, repository: Path) -> None:
    """Where there is no network, the user's git leads the URL in dlctl.yaml to a copy."""
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    config = f'[url "file://{server.root}/"]\n\tinsteadOf = https://github.com/\n'
    (Path(project.environ["HOME"]) / ".gitconfig").write_text(config)
    asked = len(server.requests)
    project.run("pkg", "install", "kubeflow/hello").ok()
    assert len(server.requests) == asked


def test_git_and_directory_give_the_same_digest(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("registry", "add", "copy", str(repository / "kubeflow")).ok()
    project.run("pkg", "install", "kubeflow/hello", "copy/hello").ok()
    packages = load_app(project.root).packages
    assert packages["kubeflow/hello"].digest == packages["copy/hello"].digest


def test_an_update_from_git(project: Project, repository: Path) -> None:
    empty_app(project, "dev")
    project.run("registry", "add", "kubeflow", POST).ok()
    project.run("pkg", "install", "kubeflow/hello").ok()
    project.run("generate", "hello", "web").ok()
    write_files(repository / "kubeflow", package("hello", "1.1.0", {"hello": prototype("good-morning")}))
    second = commit_all(repository)
    before = project.files()
    shown = project.run("pkg", "update", "--dry-run").ok()
    assert project.files() == before
    assert 'default of parameter greeting was "hello", and is "good-morning" now; not set' in shown.out
    assert "--- dev: ConfigMap/web (namespace dev), component web" in shown.out
    assert "-  greeting: hello\n+  greeting: good-morning" in shown.out
    project.run("pkg", "update").ok()
    app = load_app(project.root)
    assert app.packages["kubeflow/hello"].version == "1.1.0"
    assert app.registries["kubeflow"].commit == second
    assert "good-morning" in project.run("show", "dev").ok().out
    assert sorted(path.name for path in (project.root / "vendor/kubeflow").iterdir()) == [
        "hello@1.1.0",
        "hello@1.1.0.sum",
    ]
    assert "up to date" in project.run("pkg", "update").ok().err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("{}", "--ref", "maste", "--path", "kubeflow"), "did you mean 'master'?"),
        (("{}", "--ref", "other", "--path", "kubeflow"), "name a branch, a tag, or a commit"),
        (("{}", "--path", "kubeflo"), "did you mean 'kubeflow'?"),
        (("{}", "--path", "elsewhere"), "name another folder with --path"),
        (
            ("{}/tree/master/kubeflow",),
            "a branch or a folder of the repository is named with --ref and --path",
        ),
    ],
)
def test_a_place_in_a_repository_that_is_not_there(
    project: Project, repository: Path, words: tuple[str, ...], hint: str
) -> None:
    empty_app(project)
    outcome = project.run("registry", "add", "ours", *(each.format(f"file://{repository}") for each in words))
    assert (outcome.code, hint in outcome.err) == (1, True), outcome.err
