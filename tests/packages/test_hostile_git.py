"""Git repositories and servers that try to run programs, to get credentials, or to change what was pinned."""

import base64
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dlctl.app.load import load_app
from tests.packages.git_server import Answer, GitServer, commit_all, git, git_server, redirect
from tests.packages.registries import empty_app, package, registry, vendored, write_files
from tests.project import Project

pytestmark = pytest.mark.slow

URL = "https://github.com/google/kubeflow"


@pytest.fixture
def server(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitServer]:
    """github.com with a registry at the root of google/kubeflow."""
    with git_server(project.root.parent / "github") as found:
        found.lead_here(Path(project.environ["HOME"]), monkeypatch)
        commit_all(registry(found.root / "google/kubeflow", package("hello")))
        yield found


@pytest.fixture
def repository(server: GitServer) -> Path:
    return server.root / "google/kubeflow"


@pytest.fixture
def mark(project: Project) -> Path:
    """A file that exists once an attack has run a program."""
    return project.root.parent / "attacked"


def _script(path: Path, mark: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    path.chmod(0o755)


def test_no_hook_is_run(project: Project, repository: Path, mark: Path) -> None:
    """Neither those of the repository, nor those that the user's git puts into new repositories."""
    home = Path(project.environ["HOME"])
    for folder in (repository / ".git/hooks", home / "hooks", home / "template/hooks"):
        for name in ("post-checkout", "post-merge", "reference-transaction", "pre-push", "post-index-change"):
            _script(folder / name, mark)
    _script(home / "pack-hook", mark)
    git(repository, "config", "uploadpack.packObjectsHook", str(home / "pack-hook"))
    with (home / ".gitconfig").open("a") as file:
        file.write(f"[core]\n\thooksPath = {home}/hooks\n[init]\n\ttemplateDir = {home}/template\n")
    empty_app(project)
    for name, url in (("one", URL), ("two", f"file://{repository}")):
        mark.unlink(missing_ok=True)  # the test's own git may have run one
        project.run("registry", "add", name, url).ok()
        project.run("pkg", "install", f"{name}/hello").ok()
        assert not mark.exists()


def test_files_come_without_filters(project: Project, repository: Path, mark: Path) -> None:
    """Attributes in the repository could run a filter that the user has, and change line ends."""
    home = Path(project.environ["HOME"])
    _script(home / "smudge", mark)
    attributes = "* filter=user text eol=crlf ident\n*.yaml working-tree-encoding=UTF-16\n"
    write_files(repository, {"hello/.gitattributes": attributes, "hello/note.txt": "$Id$\nline\n"})
    git(repository, "add", "hello/.gitattributes", "hello/note.txt")
    git(repository, "commit", "--quiet", "-m", "attributes")
    with (home / ".gitconfig").open("a") as file:
        file.write(
            f'[filter "user"]\n\tsmudge = {home}/smudge\n\trequired = true\n[core]\n\tautocrlf = true\n'
        )
    empty_app(project)
    project.run("registry", "add", "ours", URL).ok()
    project.run("pkg", "install", "ours/hello").ok()
    assert not mark.exists()
    assert vendored(project)["vendor/ours/hello@1.0.0/note.txt"] == b"$Id$\nline\n"
    assert "vendor/ours/hello@1.0.0/.gitattributes" not in vendored(project)


def test_a_submodule_is_refused(project: Project, repository: Path, mark: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    write_files(
        repository, {".gitmodules": f'[submodule "x"]\n\tpath = hello/x\n\turl = ext::touch {mark}\n'}
    )
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},hello/x")
    git(repository, "add", ".gitmodules")
    git(repository, "commit", "--quiet", "-m", "x")
    empty_app(project)
    project.run("registry", "add", "ours", URL).ok()
    outcome = project.run("pkg", "install", "ours/hello")
    assert (outcome.code, "'x' is a submodule, not a file" in outcome.err) == (1, True)
    assert not mark.exists()
    assert vendored(project) == {}


@pytest.mark.parametrize(
    "location",
    [
        "ext::sh -c touch% {mark}",
        "ext::touch {mark}",
        "fd::17",
        "-oProxyCommand=touch {mark}",
        "--upload-pack=touch {mark}",
        "ssh://-oProxyCommand=touch {mark}/x",
        "ssh://-oProxyCommand=id/x",
        "ssh://host -oProxyCommand=touch {mark}/x",
        "git@-oProxyCommand=touch:x",
        "host:-x",
        "http://github.com/google/kubeflow",
        "git://github.com/google/kubeflow",
        "https://user:secret@github.com/google/kubeflow",
        "https://token@github.com/google/kubeflow",
        "https://github.com/../x",
        "file://host/x",
        "https://github.com/a/b?x=--upload-pack",
    ],
)
@pytest.mark.parametrize("by", ["command line", "dlctl.yaml"])
def test_a_location_that_is_no_repository_is_refused(
    project: Project, mark: Path, location: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before git is run at all."""
    _script(project.root.parent / "bin/git", mark)
    monkeypatch.setenv("PATH", f"{project.root.parent / 'bin'}:{os.environ['PATH']}")
    empty_app(project)
    url = location.format(mark=mark)
    if by == "dlctl.yaml":
        text = project.read("dlctl.yaml")
        project.write({"dlctl.yaml": f'{text}registries:\n  ours: {{git: "{url}", commit: "{"a" * 40}"}}\n'})
        outcome = project.run("pkg", "install", "ours/hello")
    else:
        outcome = project.run("registry", "add", "ours", "--", url)
    assert outcome.code in (1, 2)
    assert outcome.err.startswith("Error: ")
    assert not mark.exists()
    if by == "command line":
        assert "secret" not in outcome.err


@pytest.mark.parametrize(
    "keys",
    [
        "ref: '--upload-pack=touch {mark}'",
        "ref: 'a..b'",
        "ref: '-x'",
        "path: '../..'",
        "path: '-x'",
        "commit: '--output=x'",
    ],
)
def test_a_ref_or_path_that_git_could_misread_is_refused(
    project: Project, repository: Path, mark: Path, keys: str
) -> None:
    empty_app(project)
    text = (
        project.read("dlctl.yaml") + f"registries:\n  ours:\n    git: {URL}\n    {keys.format(mark=mark)}\n"
    )
    project.write({"dlctl.yaml": text})
    for words in (("registry", "update"), ("pkg", "install", "ours/hello")):
        outcome = project.run(*words)
        assert outcome.code in (1, 2)
        assert "is not a valid" in outcome.err or "full hash" in outcome.err
    assert not mark.exists()


@pytest.mark.parametrize("target", ["ext::touch {mark} ", "http://127.0.0.1:9/", "git://127.0.0.1:9/"])
def test_the_users_configuration_cannot_lead_to_a_program(
    project: Project, repository: Path, mark: Path, target: str
) -> None:
    """`insteadOf` may lead https to ssh; not to a program, nor to a protocol that authenticates no host."""
    home = Path(project.environ["HOME"])
    (home / ".gitconfig").write_text(
        f'[url "{target.format(mark=mark)}"]\n\tinsteadOf = https://github.com/\n'
        '[protocol "ext"]\n\tallow = always\n'
    )
    empty_app(project)
    outcome = project.run("registry", "add", "ours", URL)
    protocol = target.split(":")[0]
    assert (outcome.code, f"protocol {protocol}, which is refused" in outcome.err) == (1, True)
    assert not mark.exists()


@pytest.mark.parametrize("target", ["another host", "a file", "the same host"])
def test_a_redirect_is_not_followed(project: Project, server: GitServer, target: str) -> None:
    with git_server(project.root.parent / "elsewhere") as other:
        commit_all(registry(other.root / "google/kubeflow", package("hello")))
        place = {
            "another host": other.address,
            "a file": f"file://{other.root}",
            "the same host": server.address,
        }
        server.answer = redirect(f"{place[target]}/moved" if target == "the same host" else place[target])
        empty_app(project)
        outcome = project.run("registry", "add", "ours", URL)
        assert (outcome.code, "redirects to another address" in outcome.err) == (1, True)
        assert other.requests == []


def _asks_for(password: str) -> Answer:
    wanted = "Basic " + base64.b64encode(f"user:{password}".encode()).decode()

    def answer(handler: http.server.BaseHTTPRequestHandler) -> bool:
        if handler.headers.get("Authorization") == wanted:
            return False
        handler.send_response(401)
        handler.send_header("WWW-Authenticate", 'Basic realm="x"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return answer


def test_credentials_come_from_gits_helper_and_are_stored_nowhere(
    project: Project, server: GitServer
) -> None:
    server.answer = _asks_for("s3cret")
    empty_app(project)
    outcome = project.run("registry", "add", "ours", URL)
    assert (outcome.code, "authentication is required" in outcome.err) == (1, True)
    home = Path(project.environ["HOME"])
    with (home / ".gitconfig").open("a") as file:
        file.write(
            f'[credential "{server.address}"]\n'
            '\thelper = "!f() { echo username=user; echo password=s3cret; }; f"\n'
        )
    project.run("registry", "add", "ours", URL).ok()
    project.run("pkg", "install", "ours/hello").ok()
    kept = [path for path in project.root.parent.rglob("*") if path.is_file() and path != home / ".gitconfig"]
    assert [path for path in kept if b"s3cret" in path.read_bytes()] == []
    with git_server(project.root.parent / "elsewhere") as other:
        server.answer = redirect(other.address)
        assert project.run("registry", "update").code == 1
        assert other.requests == []


def test_a_slow_server_is_given_up(project: Project, server: GitServer) -> None:
    released = threading.Event()

    def answer(handler: http.server.BaseHTTPRequestHandler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not released.wait(0.2):
            handler.wfile.write(b"0")
        return True

    server.answer = answer
    empty_app(project)
    started = time.monotonic()
    outcome = project.run("registry", "add", "ours", URL, "--timeout", "2s")
    released.set()
    assert time.monotonic() - started < 20
    assert (outcome.code, "no complete response within 2 s" in outcome.err) == (1, True)
    assert [
        child.name() for child in psutil.Process().children(recursive=True) if "git" in child.name()
    ] == []


def test_an_interrupt_ends_git_and_changes_nothing(project: Project, server: GitServer) -> None:
    asked, released = threading.Event(), threading.Event()

    def answer(handler: http.server.BaseHTTPRequestHandler) -> bool:
        asked.set()
        released.wait(60)
        return False

    server.answer = answer
    empty_app(project)
    before = project.files()
    running = subprocess.Popen(
        [sys.executable, "-m", "dlctl.cli.main", "registry", "add", "ours", URL],
        cwd=project.root,
        env={**os.environ, **project.environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asked.wait(30)
    children = psutil.Process(running.pid).children(recursive=True)
    assert children
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=30)[1]
    released.set()
    assert (running.returncode, said) == (130, "Interrupted\n")
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert project.files() == before


def test_a_repository_that_is_too_large_is_given_up(
    project: Project, server: GitServer, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlctl.registry.sources.git.repository.MAX_OUTPUT", 2_000)
    for number in range(100):
        write_files(repository, {f"hello/f{number}": ""})
    commit_all(repository)
    empty_app(project)
    outcome = project.run("registry", "add", "ours", URL)
    assert (outcome.code, "the repository is too large" in outcome.err) == (1, True)


def test_a_tag_that_changes_is_refused(project: Project, repository: Path) -> None:
    git(repository, "tag", "v1")
    empty_app(project)
    project.run("registry", "add", "ours", URL, "--ref", "v1").ok()
    project.run("registry", "update").ok()
    before = project.files()
    write_files(repository, package("hello", "1.0.1"))
    commit_all(repository)
    git(repository, "tag", "--force", "v1")
    for words in (("registry", "update"), ("pkg", "install", "ours/hello"), ("pkg", "update", "ours/hello")):
        outcome = project.run(*words)
        if words == ("pkg", "install", "ours/hello"):
            assert load_app(project.root).packages["ours/hello"].version == "1.0.0"
            before = project.files()
        else:
            assert outcome.code == 1
            if words[0] == "registry":
                assert "tag 'v1' of registry 'ours' was changed" in outcome.err
            assert project.files() == before


def test_content_with_another_digest_is_refused(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "ours", URL).ok()
    outcome = project.run("pkg", "install", f"ours/hello@sha256:{'0' * 64}")
    assert (outcome.code, f"not sha256:{'0' * 64}" in outcome.err) == (1, True)
    assert vendored(project) == {}


def test_a_version_with_other_content_is_refused(project: Project, repository: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "ours", URL).ok()
    project.run("pkg", "install", "ours/hello").ok()
    before = project.files()
    write_files(repository, {"hello/more.txt": "more"})
    commit_all(repository)
    outcome = project.run("pkg", "update")
    assert (outcome.code, "has different content now" in outcome.err) == (1, True)
    assert project.files() == before


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_a_hook_that_calls_dlctl_keeps_its_own_repository(
    project: Project, repository: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git sets these for its hooks; they must not lead dlctl's git into the user's repository."""
    mine = project.root.parent / "mine"
    mine.mkdir()
    commit_all(mine)
    monkeypatch.setenv(name, str(mine / ".git"))
    before = sorted(path for path in mine.rglob("*"))
    empty_app(project)
    project.run("registry", "add", "ours", URL).ok()
    project.run("pkg", "install", "ours/hello").ok()
    assert sorted(path for path in mine.rglob("*")) == before
