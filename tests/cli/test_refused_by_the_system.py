"""What the operating system refuses or takes away is a sentence: threads, memory, streams, files."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dlctl.cli.output.explain import explanation
from dlctl.files.write import FileChange, edit_files
from tests.cluster.scripted_server import scripted
from tests.fakes.cluster.cluster import MemoryCluster
from tests.fakes.cluster.over_http import over_http
from tests.fuzz.test_answers import environment
from tests.nodes.api_server import write_kubeconfig
from tests.project import Project

DLCTL = f"{sys.executable} -m dlctl.cli.main"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("component list", 1),
        ("param list", 1),
        ("env list", 1),
        ("prototype list", 1),
        ("diff dev", 2),
        ("status dev", 1),
        ("apply dev", 0),
        ("param set web title x", 0),
    ],
)
def test_stdout_is_closed(app: Project, words: str, code: int) -> None:
    cluster = MemoryCluster(namespaces=["dev-space"])
    app.write({"environments/dev/environment.yaml": environment(cluster)})
    with scripted(lambda seen: over_http(cluster, seen)) as server:
        write_kubeconfig(app.root.parent / "kubeconfig", dev=server.url)
        command = f"{DLCTL} {words} >&-"
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=app.root, capture_output=True, text=True, timeout=60
        )
    assert "Traceback" not in done.stderr
    assert done.returncode == code
    if words == "apply dev":
        found = list(cluster.list(cluster.resource("apps/v1", "Deployment"), "dev-space"))
        assert [each["metadata"]["name"] for each in found] == ["web"], "the run is completed"


@pytest.mark.parametrize(("words", "code"), [(("diff", "dev"), 2), (("status", "dev"), 1)])
def test_no_thread_can_be_started(
    app: Project, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    cluster = MemoryCluster(namespaces=["dev-space"])
    app.write({"environments/dev/environment.yaml": environment(cluster)})
    with scripted(lambda seen: over_http(cluster, seen)) as server:
        write_kubeconfig(app.root.parent / "kubeconfig", dev=server.url)
        start = threading.Thread.start

        def refuse(thread: threading.Thread) -> None:
            if "ThreadPoolExecutor" in thread.name:
                raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", refuse)
        outcome = app.run(*words)
        monkeypatch.undo()
    assert (outcome.code, "cannot start another thread" in outcome.err) == (code, True), outcome.err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (RecursionError(), "nested too deeply"),
        (ImportError("x.so: failed to map segment", path="/lib/x.so"), "cannot load /lib/x.so"),
        (OSError(24, "Too many open files", "a.yaml"), "a.yaml: Too many open files"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(error: BaseException, words: str) -> None:
    explained = explanation(error)
    assert explained is not None
    assert words in explained.message
    assert explained.hint


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (OSError(errno.EFBIG, "File too large"), "ulimit -f"),
        (OSError(errno.ENOSPC, "No space left on device", "/tmp/x"), "free some disk space"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "TMPDIR"),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "a.yaml"),
            "check that the path exists",
        ),
    ],
)
def test_a_full_disk_says_what_to_free(error: OSError, hint: str) -> None:
    explained = explanation(error)
    assert explained is not None
    assert hint in (explained.hint or "")


@pytest.mark.parametrize("error", [RuntimeError("a mistake"), ModuleNotFoundError("dlctl.nothing")])
def test_a_mistake_in_dlctl_is_none(error: BaseException) -> None:
    assert explanation(error) is None


@pytest.mark.parametrize("after", ["before", "cut", "gone"])
def test_the_app_changes_after_it_was_written(
    app: Project, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """As a checkout does, between the write of `generate` and its look at the rules."""
    path = app.root / "dlctl.yaml"
    before = path.read_bytes()

    def edit_and_change(root: Path, compute: Callable[[], Sequence[FileChange]]) -> object:
        result = edit_files(root, compute)
        path.write_bytes(before if after == "before" else b"")
        if after == "gone":
            path.unlink()
        return result

    monkeypatch.setattr("dlctl.app.write.edit_files", edit_and_change)
    outcome = app.run("generate", "page", "two").ok()
    assert "added component two" in outcome.err


@pytest.mark.parametrize("words", [("param", "set", "web"), ("show", "dev", "--set")])
def test_a_name_of_thousands_of_steps(app: Project, words: tuple[str, ...]) -> None:
    name = "env_vars" + ".a" * 3000
    tail = (f"{name}=1",) if words[-1] == "--set" else (name, "1")
    outcome = app.run(*words, *tail)
    assert outcome.code == 1
    assert "has more than 100 steps" in outcome.err
    assert len(outcome.err) < 500


@pytest.mark.parametrize("value", ["9" * 5000, "1e400", "-" + "9" * 5000])
def test_a_number_of_thousands_of_digits(app: Project, value: str) -> None:
    assert app.run("show", "dev", "--set", f"replicas={value}").code == 1
    app.write({"environments/dev/params.yaml": f"params: {{replicas: {value}}}\n"})
    assert app.run("show", "dev").code == 1


@pytest.mark.parametrize("name", ["a.yaml", "a.yaml.j2"])
def test_a_long_text_that_is_repeated_by_aliases(app: Project, name: str) -> None:
    aliases = ", ".join(["*a"] * 20_000)
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\na: &a {'x' * 100_000}\nb: [{aliases}]\n"
    app.write({f"prototypes/pages/page/templates/{name}": text})
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert f"templates/{name}:5" in outcome.err
    assert "after alias expansion" in outcome.err


def test_many_documents_of_repeated_texts(app: Project) -> None:
    aliases = ", ".join(["*a"] * 250)
    text = f"---\napiVersion: v1\nkind: ConfigMap\na: &a {'x' * 60_000}\nb: [{aliases}]\n" * 16
    app.write({"prototypes/pages/page/templates/a.yaml.j2": text})
    outcome = app.run("show", "dev")
    assert (outcome.code, "output has more than" in outcome.err) == (1, True)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("word", ["allOf", "anyOf"])
def test_a_schema_whose_references_double(app: Project, word: str) -> None:
    steps = "".join(
        f'd{n}: {{{word}: [{{$ref: "#/$defs/d{n + 1}"}}, {{$ref: "#/$defs/d{n + 1}"}}]}}, ' for n in range(30)
    )
    file = "prototypes/pages/page/prototype.yaml"
    schema = f'  extra: {{$ref: "#/$defs/d0", $defs: {{{steps}d30: {{type: string}}}}}}\nrules:'
    app.write({file: app.read(file).replace("rules:", schema)})
    for words in (("show", "dev", "--set", "extra=x"), ("param", "set", "web", "extra", "x")):
        outcome = app.run(*words)
        assert (outcome.code, "too large" in outcome.err) == (1, True), outcome.err


MEMORY = """
import resource, sys
limit = int(sys.argv.pop(1)) << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from dlctl.cli.main import run
run()
"""
"""A program that is `dlctl` with so many MiB of address space."""


@pytest.mark.slow
def test_with_little_memory_it_ends_with_a_sentence(app: Project) -> None:
    """Libraries written in Rust end the process where they get no memory, instead of raising an error."""
    ends = set()
    for limit in range(31, 64, 3):
        cache = {"XDG_CACHE_HOME": str(app.root.parent / f"cache-{limit}")}
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(limit), "show", "dev", "-o", "name"],
            cwd=app.root,
            env={**os.environ, **cache},
            capture_output=True,
            text=True,
            check=False,
        )
        ends.add(done.returncode)
        assert (done.returncode == 0) is (done.stderr == ""), limit
        assert done.returncode == 0 or done.stderr.startswith("Error: "), f"{limit}: {done.stderr}"
    assert ends == {0, 1}
