"""Credentials for OCI registries, as docker keeps them: used for their host, never shown or stored."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from dlctl.errors import RegistryError
from dlctl.registry.packages.archive import pack
from dlctl.registry.sources.oci.authorize import Authorizer, Challenge, read_challenge
from dlctl.registry.sources.oci.docker_config import Credentials, DockerConfig
from dlctl.registry.sources.oci.exchange import Answer, Exchange
from dlctl.registry.sources.oci.place import OciPlace
from tests.packages.oci_program import OciProgram, oci_program
from tests.packages.oci_server import HELLO, Handler, oci_server, reply
from tests.packages.registries import empty_app, package, registry
from tests.project import Project

pytestmark = pytest.mark.slow

SECRET = "s3cret-pw"
HASH = "$2y$05$abcdefghijklmnopqrstuuzSvhclVSvY9ufOheOOhcPviTPFJlqIC"
"""Bcrypt's hash of SECRET: what the registry program reads."""
AUTH = base64.b64encode(f"user:{SECRET}".encode()).decode()


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OciProgram]:
    """A registry program that asks for a password."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "htpasswd").write_text(f"user:{HASH}\n")
    with oci_program(folder, f"auth: {{htpasswd: {{realm: x, path: {folder / 'htpasswd'}}}}}") as found:
        yield found


def configure(project: Project, config: object, folder: str = ".docker") -> None:
    place = Path(project.environ["HOME"]) / folder
    place.mkdir(exist_ok=True)
    (place / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))


def helper(project: Project, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a credential helper `docker-credential-vault` into PATH; it notes what it was asked."""
    folder = project.root.parent / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "docker-credential-vault"
    program.write_text(f'#!/bin/sh\nread host\necho "$1 $host" >> {folder}/asked\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def asked(project: Project) -> set[str]:
    return set((project.root.parent / "bin/asked").read_text().splitlines())


GIVES = f"""echo '{{"ServerURL": "x", "Username": "user", "Secret": "{SECRET}"}}'"""


@pytest.mark.go
@pytest.mark.parametrize(
    "by", ["auths", "https key", "username", "credsStore", "credHelpers", "DOCKER_CONFIG"]
)
def test_where_credentials_come_from(
    project: Project, locked: OciProgram, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, location = locked.host, locked.location(f"acme/{by.replace(' ', '-').lower().replace('_', '-')}")
    helper(project, monkeypatch, GIVES)
    configs: dict[str, object] = {
        "auths": {"auths": {host: {"auth": AUTH}}},
        "https key": {"auths": {f"https://{host}/v2/": {"auth": AUTH}}},
        "username": {"auths": {host: {"username": "user", "password": SECRET}}},
        "credsStore": {"auths": {host: {}}, "credsStore": "vault"},
        "credHelpers": {"credHelpers": {host: "vault"}, "credsStore": "missing"},
        "DOCKER_CONFIG": {"auths": {host: {"auth": AUTH}}},
    }
    empty_app(project)
    folder = registry(project.root.parent / "source", package("hello"))
    push = ("pkg", "push", str(folder / "hello"), location)
    outcome = project.run(*push)
    assert (outcome.code, "authentication is required" in outcome.err) == (1, True)
    assert f"run: docker login {host}" in outcome.err
    configure(project, configs[by], "elsewhere" if by == "DOCKER_CONFIG" else ".docker")
    if by == "DOCKER_CONFIG":
        monkeypatch.setenv("DOCKER_CONFIG", str(Path(project.environ["HOME"]) / "elsewhere"))
    said = [project.run(*words).ok() for words in (push, ("registry", "add", "ours", location))]
    said.append(project.run("pkg", "install", "ours/hello").ok())
    if by.startswith("cred"):
        assert asked(project) == {f"get {host}"}
    text = "".join(each.out + each.err for each in said)
    assert SECRET not in text
    assert AUTH not in text
    written = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    written |= {
        path: path.read_bytes() for path in (project.root.parent / "cache").rglob("*") if path.is_file()
    }
    assert [path for path, data in written.items() if SECRET.encode() in data or AUTH.encode() in data] == []


@pytest.mark.go
def test_credentials_that_are_wrong(project: Project, locked: OciProgram) -> None:
    configure(project, {"auths": {locked.host: {"auth": base64.b64encode(b"user:wr0ng").decode()}}})
    empty_app(project)
    outcome = project.run("registry", "add", "ours", locked.location())
    assert (outcome.code, "the credentials are not accepted" in outcome.err) == (1, True)
    assert "wr0ng" not in outcome.err


def test_credentials_of_another_host_are_not_used(project: Project) -> None:
    """Not those of the same host with another port or without one, nor of a host that begins with it."""
    with oci_server() as server:
        name, _, port = server.host.partition(":")
        others = (
            name,
            f"{name}:1",
            f"{server.host}0",
            f"x.{server.host}",
            f"https://{name}/v1/",
            f"{name}:{port}/x",
        )
        configure(project, {"auths": {other: {"auth": AUTH} for other in others}})
        server.answer = lambda handler: reply(handler, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
        empty_app(project)
        outcome = project.run("registry", "add", "ours", server.location)
        assert (outcome.code, "authentication is required" in outcome.err) == (1, True)
        assert not [headers for _, _, headers in server.requests if "Authorization" in headers]


@pytest.mark.parametrize("token", [False, True], ids=["password", "identity token"])
def test_a_token_of_the_registry(project: Project, token: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the specification of docker's registries has it: basic authentication, or an OAuth2 exchange."""
    bodies: list[bytes] = []
    user = "<token>" if token else "user"
    helper(project, monkeypatch, GIVES.replace('"user"', f'"{user}"'))
    configure(project, {"credsStore": "vault"})
    with oci_server() as server:
        server.index(server.package(pack(HELLO), HELLO.digest))

        def answer(handler: Handler) -> bool:
            if handler.path.startswith("/token"):
                bodies.append(getattr(handler, "body", b""))
                return reply(handler, 200, b'{"access_token": "abc"}')
            if handler.headers.get("Authorization") == "Bearer abc":
                return False
            realm = f'Bearer realm="http://{server.host}/token?a=b",service="the, service"'
            return reply(handler, 401, b"", {"WWW-Authenticate": realm})

        server.answer = answer
        empty_app(project)
        project.run("registry", "add", "ours", server.location).ok()
        asks = [(method, path, headers) for method, path, headers in server.requests if "/token" in path]
        scope = "repository:acme/packages:pull"
        for method, path, headers in asks:
            query = parse_qs(bodies[0].decode() if token else path.partition("?")[2])
            assert (query["service"], query["scope"]) == (["the, service"], [scope])
            if token:
                assert method == "POST"
                assert (query["grant_type"], query["refresh_token"]) == (["refresh_token"], [SECRET])
                assert "Authorization" not in headers
            else:
                assert (method, query["a"], headers["Authorization"]) == ("GET", ["b"], f"Basic {AUTH}")
        assert asks


@pytest.mark.parametrize(
    ("config", "script", "message"),
    [
        ("{", GIVES, "is not valid JSON"),
        ({"credsStore": "../vault"}, GIVES, "'../vault' is not the name of a credential helper"),
        ({"credsStore": "vault; touch x"}, GIVES, "is not the name of a credential helper"),
        ({"credsStore": "absent"}, GIVES, "docker-credential-absent cannot be started"),
        ({"credsStore": "vault"}, "exit 1", "authentication is required"),
        ({"credsStore": "vault"}, "echo nonsense", "authentication is required"),
        ({"credsStore": "vault"}, "sleep 60", "docker-credential-vault did not answer within 1 s"),
        ({"credsStore": "vault"}, "cat /dev/zero", "docker-credential-vault did not answer"),
        ({"auths": {"HOST": {"auth": "!"}}}, GIVES, "the credentials for"),
        ([], GIVES, "authentication is required"),
        ({"auths": 5, "credHelpers": []}, GIVES, "authentication is required"),
    ],
    ids=str,
)
def test_a_configuration_that_does_not_help(
    project: Project, config: object, script: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper(project, monkeypatch, script)
    with oci_server() as server:
        text = config if isinstance(config, str) else json.dumps(config).replace("HOST", server.host)
        configure(project, text)
        server.answer = lambda handler: reply(handler, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
        empty_app(project)
        outcome = project.run("registry", "add", "ours", server.location, "--timeout", "1s")
        assert (outcome.code, message in outcome.err) == (1, True), outcome.err
        assert SECRET not in outcome.err


def test_without_a_configuration_no_helper_is_run(tmp_path: Path) -> None:
    assert DockerConfig({"HOME": str(tmp_path)}).credentials("x.example.com") is None
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").mkdir()
    with pytest.raises(RegistryError, match="cannot be read"):
        DockerConfig({"HOME": str(tmp_path)}).credentials("x.example.com")


def test_docker_hub_has_a_key_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(
        json.dumps({"auths": {"https://index.docker.io/v1/": {"auth": AUTH}}})
    )
    found = DockerConfig({"DOCKER_CONFIG": str(tmp_path)}).credentials("docker.io")
    assert found is not None
    assert found.basic == f"Basic {AUTH}"
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('Basic realm="x"', Challenge("basic", "x")),
        ('bearer realm="https://a/b",service="c"', Challenge("bearer", "https://a/b", "c")),
        ('Bearer service=c, realm="https://a/b?x=1,2"', Challenge("bearer", "https://a/b?x=1,2", "c")),
        ('Bearer realm="a\\"b"', Challenge("bearer", 'a"b')),
        ("Basic", Challenge("basic")),
        ("Negotiate abc", None),
        ("", None),
        ("Basicx", None),
    ],
)
def test_challenges(header: str, expected: Challenge | None) -> None:
    assert read_challenge(header) == expected


@pytest.mark.parametrize(
    "realm",
    ["http://registry.example.com/token", "https://user@registry.example.com/token", "https:///x", "//x"],
)
def test_a_realm_that_gets_no_request(realm: str) -> None:
    """Not even of the registry's own host: a password would be sent in plain text."""

    def never(host: str) -> Credentials | None:
        raise AssertionError(f"credentials for {host} are not asked for")

    place = OciPlace("registry.example.com", "acme/packages")
    authorizer = Authorizer(place, Exchange({}, 1), never)
    answer = Answer(401, {"www-authenticate": f'Bearer realm="{realm}"'}, b"")
    with pytest.raises(RegistryError, match="names no valid address to get a token from"):
        authorizer.authorization(answer)
