"""Signatures of packages through `ssh-keygen -Y`: who may sign, and what is refused."""

import shutil
from pathlib import Path

import pytest

from dlctl.app.load import load_app
from tests.output_schemas import checked
from tests.packages.git_server import commit_all
from tests.packages.registries import empty_app, package, prototype, vendored, write_files
from tests.packages.signing import Key, new_key, sign_package, trust
from tests.project import Project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Key]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ann", "bob", "ca")}


def ssh(key: Key, **more: str) -> str:
    """A trusted key, as YAML."""
    rest = "".join(f", {name}: {value}" for name, value in more.items())
    return f"{{ssh: {key.public}{rest}}}"


@pytest.fixture
def app(project: Project, ours: Path, keys: dict[str, Key]) -> Project:
    """An app whose registry must be signed by Ann."""
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(ours)).ok()
    trust(project, ssh(keys["ann"], identity="ann@example.com"))
    return project


def refused(project: Project, *words: str) -> str:
    """The message of a command that fails and changes nothing."""
    before = project.files()
    outcome = project.run(*words)
    assert (outcome.code, project.files()) == (1, before), outcome.err
    return outcome.err


def test_a_signed_package(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    sign_package(app, ours / "hello", keys["ann"])
    outcome = app.run("pkg", "install", "ours/hello").ok()
    signer = f"ann@example.com ({keys['ann'].fingerprint})"
    assert f"ours/hello@1.0.0 is signed by {signer}\n" in outcome.err
    assert f"ours/hello@1.0.0 is signed by {signer}\n" in app.run("pkg", "verify").ok().err
    document = checked(app.run("pkg", "verify", "-o", "json").ok().out, "PackageVerificationList")
    assert [each["signedBy"] for each in document["items"]] == [signer]
    before = vendored(app)
    assert "vendor/ours/hello@1.0.0.sig" in before
    shutil.rmtree(app.root / "vendor")
    app.run("pkg", "restore").ok()
    assert vendored(app) == before
    app.run("pkg", "rm", "ours/hello", "--yes").ok()
    assert not (app.root / "vendor").exists()


def test_a_signed_package_needs_no_registry_to_be_verified(
    app: Project, ours: Path, keys: dict[str, Key]
) -> None:
    sign_package(app, ours / "hello", keys["ann"])
    app.run("pkg", "install", "ours/hello").ok()
    shutil.rmtree(ours)
    app.run("pkg", "verify").ok()


def test_unsigned(app: Project) -> None:
    message = refused(app, "pkg", "install", "ours/hello")
    assert "package ours/hello@1.0.0 is not signed" in message
    assert "require_signed" in message
    assert "dlctl.yaml:" in message


def test_the_wrong_key(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    sign_package(app, ours / "hello", keys["bob"])
    message = refused(app, "pkg", "install", "ours/hello")
    assert f"the signature was made with key {keys['bob'].fingerprint}, which is not trusted" in message


def test_content_that_was_changed_after_signing(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    sign_package(app, ours / "hello", keys["ann"])
    write_files(ours, {"hello/hello/templates/more.yaml.j2": ""})
    assert "the signature does not match this content" in refused(app, "pkg", "install", "ours/hello")


def test_a_signature_of_another_package(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    sign_package(app, ours / "tf-job", keys["ann"])
    shutil.copy(ours / "tf-job.sig", ours / "hello.sig")
    assert "the signature does not match this content" in refused(app, "pkg", "install", "ours/hello")


def test_the_same_content_under_another_name(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    """A package.yaml need not have a name: what is signed does."""
    text = (ours / "hello/package.yaml").read_text().replace("name: hello\n", "")
    (ours / "hello/package.yaml").write_text(text)
    sign_package(app, ours / "hello", keys["ann"])
    shutil.copytree(ours / "hello", ours / "other")
    shutil.copy(ours / "hello.sig", ours / "other.sig")
    app.run("pkg", "install", "ours/hello").ok()
    assert "the signature does not match this content" in refused(app, "pkg", "install", "ours/other")


def test_another_namespace(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    sign_package(app, ours / "hello", keys["ann"], "git")
    message = refused(app, "pkg", "install", "ours/hello")
    assert "the signature was made for 'git', not for packages of dlctl" in message
    assert "ssh-keygen -Y sign -n package@dlctl.dev" in message


@pytest.mark.parametrize(
    "damage", ["", "no signature", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"]
)
def test_a_file_that_is_no_signature(app: Project, ours: Path, damage: str) -> None:
    (ours / "hello.sig").write_text(damage)
    expected = "the file has no SSH signature" if damage else "is not signed"
    assert expected in refused(app, "pkg", "install", "ours/hello")


@pytest.mark.parametrize("limit", ["valid_before: 2020-01-01", "valid_after: 2999-01-01"])
def test_a_key_that_is_not_valid_now(app: Project, ours: Path, keys: dict[str, Key], limit: str) -> None:
    sign_package(app, ours / "hello", keys["ann"])
    text = app.read("dlctl.yaml").replace("identity: ann@example.com", limit)
    app.write({"dlctl.yaml": text})
    day = limit.split(": ")[1]
    message = refused(app, "pkg", "install", "ours/hello")
    assert "the signature was made with a key that is only trusted" in message
    assert day in message


def test_a_new_key_beside_the_old_one(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    """A file may have several signatures: one that counts is enough."""
    sign_package(app, ours / "hello", keys["bob"])
    first = (ours / "hello.sig").read_text()
    sign_package(app, ours / "hello", keys["ann"])
    (ours / "hello.sig").write_text(first + (ours / "hello.sig").read_text())
    app.run("pkg", "install", "ours/hello").ok()


def test_a_certificate(app: Project, ours: Path, keys: dict[str, Key], tmp_path: Path) -> None:
    """An authority's key says who may sign: Carol with a certificate, and nobody else."""
    text = app.read("dlctl.yaml")
    app.write(
        {
            "dlctl.yaml": text.replace(keys["ann"].public, keys["ca"].public).replace(
                "identity: ann@example.com", "identity: carol@example.com, authority: true"
            )
        }
    )
    carol = new_key(tmp_path, "carol")
    message = app.run("pkg", "digest", str(ours / "hello")).ok().out
    signature = ours / "hello.sig"
    for identity, validity, good in (
        ("dave@example.com", "+1d", False),
        ("carol@example.com", "-2d:-1d", False),
        ("carol@example.com", "+1d", True),
    ):
        signature.write_text(carol.sign(message, certificate=keys["ca"].certify(carol, identity, validity)))
        if not good:
            assert "which is not trusted" in refused(app, "pkg", "install", "ours/hello")
    app.run("pkg", "install", "ours/hello").ok()
    signature.write_text(keys["ca"].sign(message))
    app.run("pkg", "rm", "ours/hello", "--yes").ok()
    assert "which is not trusted" in refused(app, "pkg", "install", "ours/hello")


def test_update_restore_and_verify_ask_for_signatures(app: Project, ours: Path, keys: dict[str, Key]) -> None:
    sign_package(app, ours / "hello", keys["ann"])
    app.run("pkg", "install", "ours/hello").ok()
    installed = vendored(app)
    write_files(ours, package("hello", "1.1.0", {"hello": prototype("good-day")}))
    assert "the signature does not match this content" in refused(app, "pkg", "update")
    (ours / "hello.sig").unlink()
    assert "ours/hello@1.1.0 is not signed" in refused(app, "pkg", "update")
    assert "ours/hello@1.1.0 is not signed" in refused(
        app, "pkg", "install", "ours/hello@1.1.0", "--env", "dev"
    )
    assert vendored(app) == installed
    (app.root / "vendor/ours/hello@1.0.0.sig").unlink()
    outcome = app.run("pkg", "verify")
    assert (outcome.code, "package ours/hello@1.0.0 is not signed" in outcome.err) == (1, True)
    write_files(ours, package("hello"))
    assert "ours/hello@1.0.0 is not signed" in refused(app, "pkg", "restore")
    sign_package(app, ours / "hello", keys["ann"])
    app.run("pkg", "restore").ok()
    app.run("pkg", "verify").ok()
    (app.root / "vendor/ours/hello@1.0.0.sig").write_text(keys["bob"].sign("x"))
    assert (
        "package ours/hello@1.0.0 is refused: the signature does not match this content"
        in app.run("pkg", "verify").err
    )


def test_signatures_that_are_not_required(project: Project, ours: Path, keys: dict[str, Key]) -> None:
    """Where keys are trusted, a wrong signature is not taken for none; where none is, nobody looks."""
    empty_app(project)
    project.run("registry", "add", "ours", str(ours)).ok()
    sign_package(project, ours / "hello", keys["bob"])
    project.run("pkg", "install", "ours/hello").ok()
    trust(project, ssh(keys["ann"]), required=False)
    project.run("pkg", "install", "ours/tf-job").ok()
    outcome = project.run("pkg", "verify")
    assert (outcome.code, "which is not trusted" in outcome.err) == (1, True)
    assert "tf-job" not in outcome.err


def test_from_git_and_the_trust_survives_an_update(
    project: Project, ours: Path, keys: dict[str, Key]
) -> None:
    empty_app(project)
    sign_package(project, ours / "hello", keys["ann"])
    commit_all(ours)
    project.run("registry", "add", "ours", f"file://{ours}").ok()
    trust(project, ssh(keys["ann"]))
    project.run("pkg", "install", "ours/hello").ok()
    assert "ours/tf-job@1.0.0 is not signed" in refused(project, "pkg", "install", "ours/tf-job")
    write_files(ours, package("hello", "1.1.0"))
    sign_package(project, ours / "hello", keys["ann"])
    second = commit_all(ours)
    before = load_app(project.root).registries["ours"]
    project.run("registry", "update").ok()
    entry = load_app(project.root).registries["ours"]
    assert (entry.trusted, entry.require_signed, entry.commit) == (before.trusted, True, second)
    project.run("pkg", "update").ok()
    assert f"hello@1.1.0 is signed by {keys['ann'].fingerprint}" in project.run("pkg", "verify").ok().err


def test_without_ssh_keygen(
    app: Project, ours: Path, keys: dict[str, Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_package(app, ours / "hello", keys["ann"])
    monkeypatch.setenv("PATH", str(app.root))
    assert "ssh-keygen is not installed" in refused(app, "pkg", "install", "ours/hello")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("require_signed: true", "requires signatures, and trusts no key"),
        ("require_signed: yes please", "must be true or false"),
        ("trusted: [{}]", "exactly one of 'ssh' and 'cosign'"),
        ("trusted: [{ssh: x, cosign: y}]", "exactly one of 'ssh' and 'cosign'"),
        ("trusted: [{ssh: ssh-ed25519}]", "'ssh' must be a public key"),
        ('trusted: [{ssh: "ssh-ed25519 AAAA\\nx ssh-ed25519 AAAA"}]', "'ssh' must be a public key"),
        ("trusted: [{cosign: x}]", "'cosign' must be a public key in PEM"),
        ("trusted: [{ssh: KEY, identity: '*'}]", "'identity' must be a name"),
        ("trusted: [{ssh: KEY, authority: true}]", "'authority' needs 'ssh' and 'identity'"),
        ("trusted: [{ssh: KEY, valid_before: tomorrow}]", "must be a day such as"),
        ("trusted: [{ssh: KEY, valid_before: 20270131}]", "must be"),
        ("trusted: [{ssh: KEY, valid: x}]", "unknown field 'valid'"),
    ],
)
def test_keys_that_are_not_valid(project: Project, text: str, message: str, keys: dict[str, Key]) -> None:
    empty_app(project)
    entry = f"registries:\n  ours:\n    directory: ../x\n    {text.replace('KEY', keys['ann'].public)}\n"
    project.write({"dlctl.yaml": project.read("dlctl.yaml") + entry})
    outcome = project.run("registry", "list")
    assert (outcome.code, message in outcome.err) == (1, True), outcome.err
    assert "dlctl.yaml:" in outcome.err
