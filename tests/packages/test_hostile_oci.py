"""OCI registries that lie, lead elsewhere, are slow, or want credentials that are not for them."""

import base64
import io
import json
import shutil
import socket
import ssl
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from msgspec.structs import replace

from dlctl.errors import RegistryError
from dlctl.registry.packages.archive import pack
from dlctl.registry.packages.content import ContentFile, content_of
from dlctl.registry.sources.oci.descriptor import MANIFEST
from dlctl.registry.sources.oci.exchange import Exchange, Request
from tests.packages.oci_server import HELLO, PACKAGE_YAML, Handler, OciServer, oci_server, reply
from tests.packages.registries import empty_app, vendored
from tests.project import Project

pytestmark = pytest.mark.slow

REFUSED = (1, True)


@pytest.fixture
def server(project: Project) -> Iterator[OciServer]:
    """A registry with one honest package, and an app that has nothing yet."""
    empty_app(project)
    with oci_server() as found:
        found.index(found.package(pack(HELLO), HELLO.digest))
        yield found


def add(project: Project, server: OciServer, *words: str) -> None:
    project.run("registry", "add", "ours", server.location, *words).ok()


def refused(project: Project, sentence: str, *words: str) -> str:
    """Run a command that has to fail with this sentence, and to change nothing."""
    before = project.files()
    outcome = project.run(*(words or ("pkg", "install", "ours/hello")))
    assert (outcome.code, sentence in outcome.err) == REFUSED, outcome.err
    assert outcome.err.startswith("Error: ")
    assert project.files() == before
    assert vendored(project) == {}
    return outcome.err


def test_the_honest_package_is_installed(project: Project, server: OciServer) -> None:
    """What the other tests change is the only reason why they are refused."""
    add(project, server)
    project.run("pkg", "install", "ours/hello").ok()
    assert "vendor/ours/hello@1.0.0/package.yaml" in vendored(project)


# --- archives


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    """An archive with an honest package.yaml and these members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, data in (member("package.yaml", PACKAGE_YAML.encode()), *members):
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def member(
    name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, target: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    info.size = len(data) if kind == tarfile.REGTYPE else 0
    return info, data if kind == tarfile.REGTYPE else b""


@pytest.mark.parametrize(
    ("archive", "sentence"),
    [
        (tar(member("../../../outside")), "'../../../outside' points outside the package"),
        (tar(member("/etc/passwd")), "'/etc/passwd' is an absolute path"),
        (tar(member("a/../b")), "points outside the package"),
        (tar(member("a/./b")), "points outside the package"),
        (
            tar(member("link", kind=tarfile.SYMTYPE, target="/etc/passwd")),
            "'link' is a symbolic link, not a file",
        ),
        (
            tar(member("out", kind=tarfile.SYMTYPE, target="../.."), member("out/x")),
            "'out' is a symbolic link, not a file",
        ),
        (
            tar(member("same", kind=tarfile.LNKTYPE, target="package.yaml")),
            "'same' is a hard link, not a file",
        ),
        (tar(member("null", kind=tarfile.CHRTYPE)), "'null' is a special file, not a file"),
        (tar(member("disk", kind=tarfile.BLKTYPE)), "'disk' is a special file, not a file"),
        (tar(member("pipe", kind=tarfile.FIFOTYPE)), "'pipe' is a special file, not a file"),
        (tar(member("sparse", kind=tarfile.GNUTYPE_SPARSE)), "an entry of the kind 'S', not a file"),
        (tar(member("x" * 150), form=tarfile.GNU_FORMAT), "an entry of the kind 'L', not a file"),
        (tar(member("x" * 150), form=tarfile.PAX_FORMAT), "an entry of the kind 'x', not a file"),
        (tar(member("a"), member("A")), "'a' clashes with 'A'"),
        (tar(member("a"), member("a")), "not in the form"),
        (tar(member("con.txt")), "Windows reserves"),
        (tar(*[member(f"f{number}", b"") for number in range(5_001)]), "more than 5,000 files"),
        (tar(member("a/" * 9 + "b")), "more than 8 folders deep"),
    ],
)
def test_entries_that_are_no_files_of_the_package(
    project: Project, server: OciServer, archive: bytes, sentence: str
) -> None:
    """Each in the form that dlctl writes where that is possible, with the digest that it has."""
    server.index(server.package(*canonical(archive)))
    add(project, server)
    refused(project, sentence)
    assert not (project.root.parent / "outside").exists()


def canonical(archive: bytes) -> tuple[bytes, str]:
    """The archive as `pack` would write it if all of its members are files, and the digest of these."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        members = found.getmembers()
        if any(info.type != tarfile.REGTYPE or len(info.name) > 100 for info in members):
            return archive, ""
        data = {info.name: file.read() for info in members if (file := found.extractfile(info))}
    content = content_of(ContentFile(name, each) for name, each in data.items())
    return (pack(content) if len(data) == len(members) else archive), content.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\0" * 512,
        lambda data: data[:-1024],
        lambda data: data[:700],
        lambda data: data + b"more",
        lambda data: data.replace(b"0000644", b"0000600"),
        lambda data: b"\x1f\x8b" + data,
        lambda data: b"",
    ],
    ids=["longer", "no end", "cut", "text after it", "mode", "gzip", "empty"],
)
def test_an_archive_in_another_form(
    project: Project, server: OciServer, change: Callable[[bytes], bytes]
) -> None:
    server.index(server.package(change(pack(HELLO)), HELLO.digest))
    add(project, server)
    outcome = project.run("pkg", "install", "ours/hello")
    assert outcome.code == 1
    assert (
        "not in the form that 'dlctl pkg push' writes" in outcome.err
        or "has a different package.yaml" in outcome.err
    )
    assert vendored(project) == {}


def test_an_archive_that_is_compressed_is_not_unpacked(project: Project, server: OciServer) -> None:
    """A layer of another type, such as a tar file in gzip that grows a thousand times."""
    import gzip

    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    package = server.package(bomb)
    path = f"/v2/acme/packages/manifests/{package.digest}"
    _, data = server.documents[path]
    document = json.loads(data)
    document["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip"
    server.index(server.manifest(document))
    add(project, server)
    refused(project, "is not a package")


def test_an_answer_that_is_compressed_is_refused(project: Project, server: OciServer) -> None:
    import gzip

    body = gzip.compress(bytes(50_000_000))
    server.answer = lambda handler: reply(handler, 200, body, {"Content-Encoding": "gzip"})
    refused(project, "the response is compressed", "registry", "add", "ours", server.location)


def test_a_file_that_is_too_large(project: Project, server: OciServer) -> None:
    server.index(server.package(tar(member("big", bytes(8_000_001)))))
    add(project, server)
    refused(project, "'big' has more than 8,000,000 bytes")


def test_a_blob_that_is_too_large_is_not_fetched(project: Project, server: OciServer) -> None:
    package = server.package(pack(HELLO), HELLO.digest)
    document = json.loads(server.documents[f"/v2/acme/packages/manifests/{package.digest}"][1])
    document["layers"][0]["size"] = 10**12
    server.index(server.manifest(document))
    add(project, server)
    refused(project, "the blob has more than")
    assert not [path for _, path, _ in server.requests if "/blobs/" in path]


# --- lies


@pytest.mark.parametrize("what", ["blobs", "manifests/sha256"])
def test_content_with_another_digest(project: Project, server: OciServer, what: str) -> None:
    add(project, server)
    for path, (kind, data) in server.documents.items():
        if f"/{what}" in path:
            server.documents[path] = (kind, data.replace(b"hello", b"jello"))
    refused(project, "the content has the digest sha256:")


@pytest.mark.parametrize("by", [-1, 1, 100_000_000])
def test_a_blob_of_another_size(project: Project, server: OciServer, by: int) -> None:
    package = server.package(pack(HELLO), HELLO.digest)
    document = json.loads(server.documents[f"/v2/acme/packages/manifests/{package.digest}"][1])
    document["layers"][0]["size"] += by
    server.index(server.manifest(document))
    add(project, server)
    outcome = project.run("pkg", "install", "ours/hello")
    assert outcome.code == 1
    assert vendored(project) == {}
    assert any(text in outcome.err for text in ("the content has the digest", "bytes"))


def test_an_answer_without_end_is_cut(project: Project, server: OciServer) -> None:
    released = threading.Event()

    def answer(handler: Handler) -> bool:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while not released.is_set():
            handler.wfile.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
        return True

    server.answer = answer
    refused(project, "the response has more than 8,000,000 bytes", "registry", "add", "ours", server.location)
    released.set()


def test_a_header_that_contradicts_the_content(project: Project, server: OciServer) -> None:
    def answer(handler: Handler) -> bool:
        kind, data = server.documents[handler.path]
        lie = {"Content-Type": kind, "Docker-Content-Digest": f"sha256:{'0' * 64}"}
        return reply(handler, 200, data, lie)

    server.answer = answer
    refused(project, f"not sha256:{'0' * 64}", "registry", "add", "ours", server.location)


def test_an_index_that_lies_about_a_package(project: Project, server: OciServer) -> None:
    server.index(server.package(pack(HELLO), f"sha256:{'1' * 64}"))
    add(project, server)
    refused(project, f"not sha256:{'1' * 64} as specified")
    project.run("registry", "rm", "ours", "--yes").ok()
    other = PACKAGE_YAML.replace("Package hello", "Something else")
    server.index(server.package(pack(HELLO), HELLO.digest, other))
    add(project, server)
    refused(project, "has a different package.yaml than the index specifies")


def changed_hello() -> tuple[bytes, str]:
    content = content_of((*HELLO.files, ContentFile("more.txt", b"more")))
    return pack(content), content.digest


def test_a_version_that_changes_under_a_tag(project: Project, server: OciServer) -> None:
    add(project, server)
    server.index(server.package(*changed_hello()))
    for words in (["registry", "update"], ["pkg", "update", "ours/hello"]):
        if words[0] == "pkg":
            project.run("pkg", "install", "ours/hello").ok()
        before = project.files()
        outcome = project.run(*words)
        assert (outcome.code, "hello@1.0.0 of registry 'ours' was changed" in outcome.err) == REFUSED
        assert project.files() == before


def test_a_version_that_changed_while_the_old_state_is_gone(project: Project, server: OciServer) -> None:
    """The registry forgot the old index; the pin in dlctl.yaml did not."""
    old = server.index(server.package(pack(HELLO), HELLO.digest))
    add(project, server)
    project.run("pkg", "install", "ours/hello").ok()
    del server.documents[f"/v2/acme/packages/manifests/{old.digest}"]
    server.index(server.package(*changed_hello()))
    before = project.files()
    outcome = project.run("pkg", "update")
    assert (outcome.code, "has different content now than before" in outcome.err) == REFUSED
    assert project.files() == before


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"[]", "not a manifest"),
        (b"<html>", "not a manifest"),
        (b"[" * 100_000, "not a manifest"),
        (b'{"mediaType": 5}', "is not a registry of packages"),
        (b"{}", "is not a registry of packages"),
    ],
)
def test_what_is_no_manifest(project: Project, server: OciServer, body: bytes, sentence: str) -> None:
    server.answer = lambda handler: reply(handler, 200, body)
    refused(project, sentence, "registry", "add", "ours", server.location)


@pytest.mark.parametrize(
    "listed",
    [
        5,
        "x",
        [5],
        [{"mediaType": "x"}],
        [{"mediaType": "x", "digest": "md5:0", "size": 1}],
        [{"mediaType": "x", "digest": f"sha256:{'0' * 64}", "size": -1}],
        [{"mediaType": "x", "digest": f"sha256:{'0' * 64}", "size": True}],
    ],
    ids=str,
)
def test_an_index_with_something_else_in_it(project: Project, server: OciServer, listed: object) -> None:
    honest = json.loads(server.documents["/v2/acme/packages/manifests/latest"][1])
    server.manifest({**honest, "manifests": listed}, "latest")
    outcome = project.run("registry", "add", "ours", server.location)
    assert (outcome.code, "of the manifest" in outcome.err or "in the manifest" in outcome.err) == REFUSED


@pytest.mark.parametrize("name", ["../x", "-x", "a/b", "", "x" * 64])
def test_a_package_with_a_name_that_leads_elsewhere(project: Project, server: OciServer, name: str) -> None:
    found = server.package(pack(HELLO), HELLO.digest)
    lie = replace(found, annotations={**found.annotations, "dev.dlctl.package.name": name})
    server.index(lie)
    outcome = project.run("registry", "add", "ours", server.location)
    assert (outcome.code, "is not a valid name for a package" in outcome.err) == REFUSED


def test_a_package_twice(project: Project, server: OciServer) -> None:
    found = server.package(pack(HELLO), HELLO.digest)
    server.index(found, found)
    refused(project, "lists hello@1.0.0 twice", "registry", "add", "ours", server.location)


# --- other hosts


@pytest.mark.parametrize(
    "target", ["http://{other}", "file:///etc/passwd", "https://{other}", "//{other}", "ftp://x/y"]
)
@pytest.mark.parametrize("part", ["manifests", "blobs"])
def test_a_redirect_to_another_place_is_not_followed(
    project: Project, server: OciServer, target: str, part: str
) -> None:
    with oci_server() as other:
        other.documents = server.documents
        if part == "blobs":
            add(project, server)

        def answer(handler: Handler) -> bool:
            place = target.format(other=other.host)
            where = place if "passwd" in place else f"{place}{handler.path}"
            return f"/{part}/" in handler.path and reply(handler, 307, b"", {"Location": where})

        server.answer = answer
        words = () if part == "blobs" else ("registry", "add", "ours", server.location)
        refused(project, "which is not followed", *words)
        assert other.requests == []


def test_a_redirect_in_the_registry_is_followed_for_blobs(project: Project, server: OciServer) -> None:
    def answer(handler: Handler) -> bool:
        moved = handler.path.startswith("/moved/")
        if "/blobs/" in handler.path and not moved:
            return reply(handler, 307, b"", {"Location": f"/moved{handler.path}"})
        return moved and reply(handler, 200, server.documents[handler.path.removeprefix("/moved")][1])

    server.answer = answer
    add(project, server)
    project.run("pkg", "install", "ours/hello").ok()


def test_a_redirect_without_end(project: Project, server: OciServer) -> None:
    add(project, server)
    server.answer = lambda handler: (
        "/blobs/" in handler.path and reply(handler, 302, b"", {"Location": handler.path})
    )
    refused(project, "the server redirects")
    assert len([path for _, path, _ in server.requests if "/blobs/" in path]) == 4


def login(project: Project, **hosts: str) -> None:
    """Store credentials as docker does, by host: USER:PASSWORD."""
    folder = Path(project.environ["HOME"]) / ".docker"
    folder.mkdir(exist_ok=True)
    auths = {host: {"auth": base64.b64encode(pair.encode()).decode()} for host, pair in hosts.items()}
    (folder / "config.json").write_text(json.dumps({"auths": auths}))


def sent(server: OciServer) -> list[str]:
    """The credentials that a server got."""
    return [headers["Authorization"] for _, _, headers in server.requests if "Authorization" in headers]


def challenge(realm: str) -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="{realm}",service="x",scope="repository:acme/packages:pull"'}


@pytest.mark.parametrize(
    "realm", ["http://{other}/token", "https://{other}/token", "file:///etc/passwd", "x", ""]
)
def test_a_token_server_on_another_host_gets_nothing(project: Project, server: OciServer, realm: str) -> None:
    with oci_server() as other:
        login(project, **{server.host: "user:s3cret"})
        server.answer = lambda handler: reply(handler, 401, b"", challenge(realm.format(other=other.host)))
        outcome = project.run("registry", "add", "ours", server.location)
        assert outcome.code == 1
        assert "asks for a token of another host" in outcome.err or "names no valid address" in outcome.err
        assert "s3cret" not in outcome.err
        assert other.requests == []
        assert sent(server) == []


def test_a_token_server_gets_the_credentials_for_itself(project: Project, server: OciServer) -> None:
    with oci_server() as other:
        login(project, **{server.host: "user:s3cret", other.host: "other:0ther"})
        other.answer = lambda handler: reply(handler, 200, b'{"token": "abc"}')

        def answer(handler: Handler) -> bool:
            if handler.headers.get("Authorization") == "Bearer abc":
                return False
            return reply(handler, 401, b"", challenge(f"http://{other.host}/token"))

        server.answer = answer
        add(project, server)
        assert set(sent(other)) == {f"Basic {base64.b64encode(b'other:0ther').decode()}"}
        assert set(sent(server)) == {"Bearer abc"}


def test_a_token_server_that_redirects(project: Project, server: OciServer) -> None:
    with oci_server() as other:
        login(project, **{server.host: "user:s3cret"})

        def answer(handler: Handler) -> bool:
            if handler.path.startswith("/token"):
                return reply(handler, 307, b"", {"Location": f"http://{other.host}/token"})
            return reply(handler, 401, b"", challenge(f"http://{server.host}/token"))

        server.answer = answer
        refused(project, "no token for", "registry", "add", "ours", server.location)
        assert other.requests == []


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OciServer]:
    """Another server, over TLS, with a certificate that is trusted."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    with oci_server(context) as found:
        yield found


@pytest.mark.parametrize("honest", [True, False])
def test_blobs_of_an_allowed_storage_are_fetched_without_credentials(
    project: Project, server: OciServer, storage: OciServer, honest: bool
) -> None:
    login(project, **{server.host: "user:s3cret", storage.host: "other:0ther"})
    storage.documents = {
        path: (kind, data if honest else data.replace(b"hello", b"jello"))
        for path, (kind, data) in server.documents.items()
    }
    place = f"https://{storage.host}"

    def answer(handler: Handler) -> bool:
        if not handler.headers.get("Authorization"):
            return reply(handler, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
        return "/blobs/" in handler.path and reply(handler, 307, b"", {"Location": place + handler.path})

    server.answer = answer
    add(project, server)
    hint = f"add 'storage: {storage.host}' to the registry in dlctl.yaml, or --storage {storage.host}"
    assert hint in refused(project, f"the server redirects to {storage.host}, which is not followed")
    project.run("registry", "rm", "ours", "--yes").ok()
    add(project, server, "--storage", storage.host)
    if honest:
        project.run("pkg", "install", "ours/hello").ok()
    else:
        refused(project, "the content has the digest")
    assert storage.requests
    assert sent(storage) == []


def test_a_storage_without_tls_is_not_asked(project: Project, server: OciServer) -> None:
    with oci_server() as other:
        login(project, **{server.host: "user:s3cret", other.host: "other:0ther"})
        add(project, server, "--storage", other.host)
        server.answer = lambda handler: (
            "/blobs/" in handler.path
            and reply(handler, 307, b"", {"Location": f"http://{other.host}{handler.path}"})
        )
        refused(project, "which is not followed")
        assert other.requests == []


def test_an_upload_to_another_host(project: Project, server: OciServer) -> None:
    with oci_server() as other:
        login(project, **{server.host: "user:s3cret"})

        def answer(handler: Handler) -> bool:
            if not handler.headers.get("Authorization"):
                return reply(handler, 401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
            if handler.command == "POST":
                return reply(handler, 202, b"", {"Location": f"http://{other.host}/upload"})
            return reply(handler, 404)

        server.answer = answer
        project.run("pkg", "new", "greeter").ok()
        refused(project, "would go to another host", "pkg", "push", "greeter", server.location)
        assert other.requests == []


@pytest.mark.parametrize("part", ["manifests/sha256:", "blobs/"])
def test_a_package_that_the_index_lists_and_the_registry_lacks(
    project: Project, server: OciServer, part: str
) -> None:
    index = server.index(server.package(pack(HELLO), HELLO.digest))
    add(project, server)
    kept = {path: each for path, each in server.documents.items() if part not in path or index.digest in path}
    server.documents = kept
    refused(project, "does not have the artifact of hello@1.0.0" if "manifests" in part else "not found")


def test_a_state_that_the_registry_forgot(project: Project, server: OciServer) -> None:
    """Registries remove what has no tag any more: the pinned content is still restored, once it is found."""
    old = server.index(server.package(pack(HELLO), HELLO.digest))
    add(project, server)
    project.run("pkg", "install", "ours/hello").ok()
    before = vendored(project)
    shutil.rmtree(project.root / "vendor")
    del server.documents[f"/v2/acme/packages/manifests/{old.digest}"]
    honest = json.loads(server.documents["/v2/acme/packages/manifests/latest"][1])
    server.manifest({**honest, "annotations": {**honest["annotations"], "x": "y"}}, "latest")
    assert "dlctl registry update ours" in refused(project, "not found", "pkg", "restore")
    project.run("registry", "update", "ours").ok()
    project.run("pkg", "restore").ok()
    assert vendored(project) == before


def test_tags_of_others_are_not_overwritten(project: Project) -> None:
    """An image with the tag of the registry or of the package: it is not ours to replace."""
    image = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []}
    project.run("pkg", "new", "greeter").ok()
    for tag, sentence in (
        ("latest", "is not a registry of packages"),
        ("greeter-0.1.0", "has greeter@0.1.0 with different content"),
    ):
        for words in ((), ("--dry-run",)):
            with oci_server() as server:
                server.manifest(image, tag)
                refused(project, sentence, "pkg", "push", "greeter", server.location, *words)
                assert {method for method, _, _ in server.requests} == {"GET"}


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("oci: 'oci://{host}/acme/packages'", "does not name an OCI repository"),
        ("oci: 'user:s3cret@{host}/acme/packages'", "does not name an OCI repository"),
        ("oci: '{host}/../x'", "does not name an OCI repository"),
        ("oci: '{host}/acme/packages:latest'", "is not the name of an OCI repository"),
        ("oci: '{host}/acme/packages', tag: '../x'", "is not a valid tag"),
        ("oci: '{host}/acme/packages', digest: 'sha256:12'", "'digest' must be 'sha256:'"),
        ("oci: '{host}/acme/packages', storage: 'x/y'", "'x/y' is not a host"),
        ("oci: '{host}/acme/packages', commit: abc", "'commit' is only allowed with 'git'"),
    ],
)
def test_keys_that_are_not_valid(project: Project, server: OciServer, keys: str, sentence: str) -> None:
    """Before anything is sent."""
    text = project.read("dlctl.yaml") + f"registries:\n  ours: {{{keys.format(host=server.host)}}}\n"
    project.write({"dlctl.yaml": text})
    for words in (("registry", "update"), ("pkg", "install", "ours/hello")):
        said = refused(project, sentence, *words)
        assert "dlctl.yaml:" in said
        assert "s3cret" not in said
    assert server.requests == []


# --- time


def test_a_slow_registry_is_given_up(project: Project, server: OciServer) -> None:
    """Headers, and a body, that come byte by byte."""
    for body in (False, True):
        released = threading.Event()

        def answer(handler: Handler, body: bool = body, released: threading.Event = released) -> bool:
            if body:
                handler.send_response(200)
                handler.send_header("Content-Length", "100000")
                handler.end_headers()
            else:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not released.wait(0.1):
                handler.wfile.write(b"0")
                handler.wfile.flush()
            return True

        server.answer = answer
        started = time.monotonic()
        words = ("registry", "add", "ours", server.location, "--timeout", "1s")
        refused(project, "no complete response within 1 s", *words)
        released.set()
        assert time.monotonic() - started < 10


def test_a_registry_that_does_not_answer(project: Project, server: OciServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        words = ("registry", "add", "ours", f"oci://127.0.0.1:{port}/acme/x", "--timeout", "1s")
        refused(project, "no complete response within 1 s", *words)
    refused(
        project, "the connection was refused", "registry", "add", "ours", f"oci://127.0.0.1:{port}/acme/x"
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (403, "no permission: not here"),
        (429, "too many requests"),
        (500, "the registry has a problem (HTTP 500)"),
        (401, "authentication is required"),
        (204, "HTTP 204"),
    ],
)
def test_other_answers(project: Project, server: OciServer, status: int, sentence: str) -> None:
    message = json.dumps({"errors": [{"message": "not here\x1b[31m\nreally"}]}).encode()
    server.answer = lambda handler: reply(handler, status, b"" if status == 204 else message)
    assert "\x1b" not in refused(project, sentence, "registry", "add", "ours", server.location)


def test_a_request_in_plain_text_is_not_sent() -> None:
    """Whatever leads to one: below all other checks there is this one."""
    for url in ("http://registry.example.com/v2/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "x"):
        with pytest.raises(RegistryError, match="only https is allowed"):
            Exchange({}, 1).send(Request("GET", url))


def test_plain_http_is_only_for_this_machine(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another host is asked over TLS: a proxy sees its name, and then no request in plain text."""
    seen: list[bytes] = []

    def proxy(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            seen.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            seen.append(connection.recv(4096))

    empty_app(project)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=proxy, args=(listening,))
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        words = ("registry", "add", "ours", "oci://registry.example.com/acme/x", "--timeout", "5s")
        refused(project, "registry.example.com: ", *words)
        thread.join()
    assert seen[0].startswith(b"CONNECT registry.example.com:443 ")
    assert seen[1].startswith(b"\x16\x03"), "a TLS handshake"
