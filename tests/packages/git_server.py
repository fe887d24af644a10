"""A git repository that a test serves over https on loopback, through git's own http-backend."""

import http.server
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

Answer = Callable[[http.server.BaseHTTPRequestHandler], bool]
"""Answers a request instead of git; returns whether it did."""

_IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str, data: str | None = None) -> str:
    """Run git in a folder; its output."""
    command = ["git", *_IDENTITY, "-c", "init.defaultBranch=master", *words]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        command, cwd=folder, env=environ, input=data, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit_all(folder: Path, message: str = "change") -> str:
    """Commit everything in a folder, which becomes a repository if it is none; the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@dataclass
class GitServer:
    """A running server: its address, the folder of its repositories, and the requests that it got."""

    address: str
    root: Path
    ca_file: Path
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    answer: Answer | None = None
    sent: int = 0

    def lead_here(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, host: str = "https://github.com/"
    ) -> None:
        """Make git of the user with this home folder trust the server, and find `host` here."""
        for name in ("GIT_SSL_CAINFO", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        (home / ".gitconfig").write_text(
            f'[http]\n\tsslCAInfo = {self.ca_file}\n[url "{self.address}/"]\n\tinsteadOf = {host}\n'
        )


@contextmanager
def git_server(folder: Path) -> Iterator[GitServer]:
    """Serve the repositories below `folder/repositories`."""
    root = folder / "repositories"
    root.mkdir(parents=True, exist_ok=True)
    ca = trustme.CA()
    ca_file = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found = server.found = GitServer(f"https://127.0.0.1:{server.server_port}", root, ca_file)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        shutil.rmtree(root, ignore_errors=True)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    found: GitServer


class _Handler(http.server.BaseHTTPRequestHandler):
    """Passes requests to git http-backend, as a CGI program (RFC 3875)."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        self._pass_on(self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _pass_on(self, body: bytes) -> None:
        assert isinstance(self.server, _Server)
        server = self.server.found
        server.requests.append((self.path, dict(self.headers)))
        if server.answer and server.answer(self):
            return
        path, _, query = self.path.partition("?")
        environ = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=environ, capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in {**fields, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        server.sent += len(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing."""


def redirect(target: str) -> Answer:
    """An answer that sends every request elsewhere."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> bool:
        handler.send_response(302)
        handler.send_header("Location", target + handler.path)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return answer
