"""Credentials that change: plugins run when they must and no more, token files are read again."""

import contextlib
import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import trustme

from dlctl.cluster.auth.plugin_process import Patience
from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.events import Event, Note
from tests.cluster.reach_cases import V1, encoded
from tests.cluster.scripted_cluster import Waits, made_cluster
from tests.cluster.scripted_server import Answer, ScriptedServer, Seen, scripted, status

VERSION = Answer(200, {"gitVersion": "v1.36.0"})
# Its first credentials are good for an hour from 1970 on, the next ones for another.
COUNTING = """\
#!/bin/sh
echo run >> runs
run=$(wc -l < runs)
printf '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {'
printf '"token": "t%d", "expirationTimestamp": "1970-01-01T0%d:00:00Z"}}' "$run" "$run"
"""


class Wanted:
    """A server that accepts one token, which a test may change."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.authority = trustme.CA()

    def __call__(self, seen: Seen) -> Answer:
        return VERSION if seen.headers.get("Authorization") == f"Bearer {self.token}" else status(401)

    @contextlib.contextmanager
    def running(self) -> Iterator[ScriptedServer]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("127.0.0.1").configure_cert(context)
        with scripted(self, context) as server:
            yield server

    def cluster(
        self, folder: Path, server: ScriptedServer, user: Mapping[str, Any], **options: Any
    ) -> ApiCluster:
        authority = {"certificate-authority-data": encoded(self.authority.cert_pem.bytes())}
        settings = ConnectOptions(
            **{"environ": {"PATH": "/usr/bin:/bin"}, "retry": Waits().retry(), "now": lambda: 0.0, **options}
        )
        return made_cluster(folder, server.url, user=user, cluster=authority, options=settings)


def plugin(folder: Path) -> dict[str, Any]:
    path = folder / "plugin.sh"
    path.write_text(COUNTING)
    path.chmod(0o755)
    settings = {
        "command": "/bin/sh",
        "args": ["-c", f"cd {folder} && ./plugin.sh"],
        "apiVersion": V1,
        "interactiveMode": "Never",
    }
    return {"exec": settings}


def runs(folder: Path) -> int:
    path = folder / "runs"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_plugin_runs_once_and_only_when_needed(tmp_path: Path) -> None:
    wanted = Wanted("t1")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, plugin(tmp_path))
        assert runs(tmp_path) == 0
        for _ in range(3):
            assert cluster.version() == "v1.36.0"
        cluster.close()
    assert runs(tmp_path) == 1


def test_a_plugin_runs_again_when_its_credentials_expire(tmp_path: Path) -> None:
    wanted = Wanted("t1")
    now = [0.0]
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, plugin(tmp_path), now=lambda: now[0])
        cluster.version()
        now[0] = 3599.0
        cluster.version()
        assert runs(tmp_path) == 1
        now[0], wanted.token = 3600.0, "t2"
        cluster.version()
        cluster.close()
    assert runs(tmp_path) == 2


def test_a_plugin_runs_again_when_the_server_refuses(tmp_path: Path) -> None:
    wanted = Wanted("t1")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, plugin(tmp_path))
        cluster.version()
        wanted.token = "t2"
        cluster.version()
        assert runs(tmp_path) == 2
        wanted.token = "never"
        with pytest.raises(Unauthorized):
            cluster.version()
        cluster.close()
    assert runs(tmp_path) == 3


def test_plugin_failure_shows_its_last_output(tmp_path: Path) -> None:
    script = "echo first >&2; printf 'session \\033[31mexpired\\n' >&2; exit 7"
    user = {
        "exec": {"command": "/bin/sh", "args": ["-c", script], "apiVersion": V1, "interactiveMode": "Never"}
    }
    wanted = Wanted("t")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, user)
        with pytest.raises(ClusterError) as caught:
            cluster.version()
    assert (
        caught.value.message
        == "the credential plugin of user 'made' failed with exit code 7: session  [31mexpired"
    )
    assert caught.value.location is not None
    assert caught.value.location.path == str(tmp_path / "config")


@pytest.mark.parametrize(
    "output", ["hello", '{"kind": "Pod"}', '{"kind": "ExecCredential", "apiVersion": "v0"}']
)
def test_a_plugin_that_prints_something_else_is_named(tmp_path: Path, output: str) -> None:
    wanted = Wanted("t")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, scripted_plugin(f"echo '{output}'"))
        with pytest.raises(Unauthorized) as caught:
            cluster.version()
    assert caught.value.message.startswith("the credential plugin of user 'made' ")
    assert caught.value.message.endswith(": sh")
    assert "run 'sh' by itself" in str(caught.value.hint)
    assert str(caught.value.location).startswith(f"{tmp_path}/config:")


HANGS = "echo 'log in at https://login' >&2; sleep 60; echo"
SLOW = Patience(silent=0.2, least=1.0)


def scripted_plugin(script: str, mode: str = "Never") -> dict[str, Any]:
    settings = {"command": "sh", "args": ["-c", script], "apiVersion": V1, "interactiveMode": mode}
    return {"exec": settings}


def test_a_plugin_that_gives_no_credentials_is_ended(tmp_path: Path) -> None:
    wanted, notes = Wanted("t"), list[Event]()
    started = tmp_path / "started"
    with wanted.running() as server:
        cluster = wanted.cluster(
            tmp_path,
            server,
            scripted_plugin(f"echo $$ >> {started}; {HANGS}"),
            timeout=0.5,
            patience=SLOW,
            emit=notes.append,
        )
        with ThreadPoolExecutor(4) as pool:
            errors = [each.exception() for each in [pool.submit(cluster.version) for _ in range(4)]]
    assert len(set(map(str, errors))) == 1
    assert isinstance(errors[0], Unreachable)
    assert errors[0].cause == "timeout"
    assert errors[0].message == (
        "the credential plugin of user 'made' gave no credentials in 1 s: sh: log in at https://login"
    )
    assert errors[0].location is not None
    assert errors[0].location.path == str(tmp_path / "config")
    assert "--request-timeout" in (errors[0].hint or "")
    about = "the credential plugin 'sh' of context 'made'"
    assert [str(each.text) for each in notes if isinstance(each, Note)] == [
        f"waiting for {about}",
        f"{about}: log in at https://login",
    ]
    (shell,) = started.read_text().split()
    assert not psutil.pid_exists(int(shell)), "it is run once for all that wait, and it is ended"


@pytest.mark.parametrize("mode", ["IfAvailable", "Always"])
def test_a_plugin_that_may_ask_gets_more_time_than_a_request(tmp_path: Path, mode: str) -> None:
    answer = {"apiVersion": V1, "kind": "ExecCredential", "status": {"token": "t"}}
    wanted = Wanted("t")
    with wanted.running() as server:
        patience = Patience(silent=0.2, least=0.1)
        user = scripted_plugin(f"sleep 1.5; echo '{json.dumps(answer)}'", mode)
        options = {"interactive": True, "timeout": 1.0, "patience": patience}
        cluster = wanted.cluster(tmp_path, server, user, **options)
        assert cluster.version() == "v1.36.0"
        cluster.close()


def test_a_missing_plugin_is_told_with_its_install_hint(tmp_path: Path) -> None:
    user = {
        "exec": {
            "command": "nowhere-to-be-found",
            "apiVersion": V1,
            "interactiveMode": "Never",
            "installHint": "get it at example.com",
        }
    }
    wanted = Wanted("t")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, user)
        with pytest.raises(ClusterError, match="cannot be run: nowhere-to-be-found") as caught:
            cluster.version()
    assert caught.value.hint == "get it at example.com"


def test_a_token_file_is_read_again_after_a_minute(tmp_path: Path) -> None:
    wanted, clock = Wanted("one"), [0.0]
    file = tmp_path / "token"
    file.write_text("one\n")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, {"tokenFile": "token"}, clock=lambda: clock[0])
        cluster.version()
        file.write_text("two\n")
        clock[0] = 59.0
        cluster.version()
        clock[0], wanted.token = 60.0, "two"
        cluster.version()
        cluster.close()
    assert [seen.headers["Authorization"] for seen in server.seen] == [
        "Bearer one",
        "Bearer one",
        "Bearer two",
    ]


def test_a_token_file_is_read_again_when_the_server_refuses(tmp_path: Path) -> None:
    wanted = Wanted("one")
    file = tmp_path / "token"
    file.write_text("one\n")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, {"tokenFile": "token"})
        cluster.version()
        file.write_text("two\n")
        wanted.token = "two"
        assert cluster.version() == "v1.36.0"
        cluster.close()


def test_nothing_secret_is_in_what_may_be_printed(tmp_path: Path) -> None:
    wanted = Wanted("t")
    with wanted.running() as server:
        cluster = wanted.cluster(tmp_path, server, {"token": "hush"})
        with pytest.raises(Unauthorized) as caught:
            cluster.version()
        cluster.close()
    assert "hush" not in f"{caught.value!r} {caught.value.hint}"
    assert "hush" not in repr(ConnectOptions(environ={"TOKEN": "hush"}))


def test_no_key_is_left_in_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    wanted = Wanted("none")
    leaf = wanted.authority.issue_cert("me@example.com")
    certificate = b"".join(part.bytes() for part in leaf.cert_chain_pems)
    pair = {"client-certificate-data": encoded(certificate)}
    for key in (leaf.private_key_pem.bytes(), b"not a key"):
        with wanted.running() as server:
            cluster = wanted.cluster(tmp_path, server, {**pair, "client-key-data": encoded(key)})
            with pytest.raises(ClusterError):
                cluster.version()
            cluster.close()
    assert list(scratch.iterdir()) == []


def test_the_kubernetes_package_is_not_imported_without_need() -> None:
    heavy = ("kubernetes", "requests", "jinja2", "rich")
    code = (
        f"import sys, json, dlctl.cluster.connect; print(json.dumps(list(set({heavy}) & sys.modules.keys())))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
