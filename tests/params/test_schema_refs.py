"""A schema means what stands in it: nothing is fetched from a network or read from other files."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.project import Project

PROTOTYPE = "prototypes/pages/page/prototype.yaml"


class Recorder(HTTPServer):
    """A server that answers with a schema and keeps the paths that it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.paths: list[str] = []


class _Asked(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"type": "string"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Recorder]:
    found = Recorder()
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def test_no_schema_is_fetched(app: Project, server: Recorder) -> None:
    reference = f"{{$ref: 'http://127.0.0.1:{server.server_port}/schema'}}"
    app.write({PROTOTYPE: f"summary: x\nparams: {{title: {reference}, replicas: {{}}}}\n"})
    outcome = app.run("param", "set", "web", "title", "x")
    assert outcome.code == 1
    assert "prototype.yaml:2:10: the schema of parameter 'title' is not valid" in outcome.err
    assert "a $ref must point into the same schema" in outcome.err
    app.write(
        {
            PROTOTYPE: "summary: x\nparams: {title: {}, replicas: {}}\n"
            f"allOf: [{{description: d, properties: {{title: {reference}}}}}]\n"
        }
    )
    outcome = app.run("show", "dev")
    assert outcome.code == 1
    assert "prototype.yaml:3:9: schema in 'allOf' is not valid" in outcome.err
    assert server.paths == []


def test_no_other_file_is_read(app: Project, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "string"}')
    reference = f"{{$ref: 'file://{tmp_path}/schema.json'}}"
    app.write({PROTOTYPE: f"summary: x\nparams: {{title: {reference}, replicas: {{}}}}\n"})
    outcome = app.run("param", "set", "web", "title", "x")
    assert outcome.code == 1
    assert "a $ref must point into the same schema" in outcome.err


def test_reference_into_the_same_schema(app: Project) -> None:
    schema = "{$ref: '#/$defs/word', $defs: {word: {type: string, maxLength: 3}}}"
    app.write({PROTOTYPE: f"summary: x\nparams: {{title: {schema}, replicas: {{}}}}\n"})
    app.run("param", "set", "web", "title", "abc").ok()
    assert "longer than 3 characters" in app.run("param", "set", "web", "title", "abcd").err
