"""`pkg push` of a package with SSH signatures beside it."""

from pathlib import Path

import pytest

from tests.output_schemas import checked
from tests.packages.oci_program import OciProgram
from tests.packages.registries import empty_app, package, registry, write_files
from tests.packages.signing import Key, new_key, sign_package, trust
from tests.project import Project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Key]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ann", "bob")}


@pytest.fixture
def hello(project: Project, keys: dict[str, Key]) -> Path:
    """The package `hello`, which Ann signed."""
    folder = registry(project.root / "source", package("hello")) / "hello"
    sign_package(project, folder, keys["ann"])
    return folder


def install(project: Project, key: Key) -> int:
    """The exit code of an install from ./shop in an app that trusts this key alone."""
    empty_app(project)
    project.run("registry", "add", "ours", "./shop").ok()
    trust(project, f"{{ssh: {key.public}}}")
    return project.run("pkg", "install", "ours/hello").code


def test_the_signature_comes_with_the_package(project: Project, hello: Path, keys: dict[str, Key]) -> None:
    words = ("pkg", "push", "source/hello", "./shop")
    planned = project.run(*words, "--dry-run").ok()
    assert "would write its signature ./shop/hello@1.0.0.sig\n" in planned.err
    assert not (project.root / "shop").exists()
    answer = checked(project.run(*words, "-o", "json").ok().out, "PackagePush")
    assert answer["signature"] == "./shop/hello@1.0.0.sig"
    assert project.read("shop/hello@1.0.0.sig") == project.read("source/hello.sig")
    assert install(project, keys["ann"]) == 0
    again = checked(project.run(*words, "-o", "json").ok().out, "PackagePush")
    assert (again["signature"], again["new"]) == (None, False)


def test_signed_after_it_was_pushed(project: Project, hello: Path, keys: dict[str, Key]) -> None:
    """A further signature of what is there is added; those that are there stay."""
    signature = hello.with_name("hello.sig")
    signature.unlink()
    project.run("pkg", "push", "source/hello", "./shop").ok()
    assert install(project, keys["ann"]) == 1
    for name in ("ann", "bob"):
        sign_package(project, hello, keys[name])
        outcome = project.run("pkg", "push", "source/hello", "./shop").ok()
        assert "already exists, with the same content\n" in outcome.err
        assert "wrote its signature ./shop/hello@1.0.0.sig\n" in outcome.err
    assert project.read("shop/hello@1.0.0.sig").count("BEGIN SSH SIGNATURE") == 2
    assert [install(project, key) for key in keys.values()] == [0, 0]


def test_a_package_in_a_folder_without_version(project: Project, hello: Path, keys: dict[str, Key]) -> None:
    registry(project.root / "shop", package("hello"))
    outcome = project.run("pkg", "push", "source/hello", "./shop").ok()
    assert "./shop/hello already exists" in outcome.err
    assert (project.root / "shop/hello.sig").is_file()
    assert install(project, keys["ann"]) == 0


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("content", "the signature does not match this content"),
        ("name", "the signature does not match this content"),
        ("namespace", "the signature was made for 'git', not for packages of dlctl"),
        ("text", "the file has no SSH signature"),
        ("bundle", "the file has no cosign signature"),
    ],
)
def test_a_signature_of_something_else(
    project: Project, hello: Path, keys: dict[str, Key], case: str, message: str
) -> None:
    signature = hello.with_name("hello.sig")
    if case == "content":
        write_files(hello, {"note.txt": "changed"})
    elif case == "name":
        write_files(hello.parent, package("other"))
        sign_package(project, hello.parent / "other", keys["ann"])
        signature.write_bytes(hello.with_name("other.sig").read_bytes())
    elif case == "namespace":
        sign_package(project, hello, keys["ann"], "git")
    else:
        signature.write_text({"text": "signed", "bundle": "{}"}[case])
    before = project.files()
    outcome = project.run("pkg", "push", "source/hello", "./shop")
    assert (outcome.code, f"source/hello.sig: {message}" in outcome.err) == (1, True), outcome.err
    assert "sign the package again, or remove the file" in outcome.err
    assert project.files() == before


def test_signatures_of_another_kind_are_not_overwritten(project: Project, hello: Path) -> None:
    project.run("pkg", "push", "source/hello", "./shop").ok()
    project.write({"shop/hello@1.0.0.sig": "{}"})
    outcome = project.run("pkg", "push", "source/hello", "./shop")
    assert (outcome.code, "cannot be kept beside these" in outcome.err) == (1, True), outcome.err
    assert project.read("shop/hello@1.0.0.sig") == "{}"


@pytest.mark.go
def test_an_oci_repository_wants_cosign(project: Project, hello: Path, oci: OciProgram) -> None:
    outcome = project.run("pkg", "push", "source/hello", oci.location("signed/ssh")).ok()
    assert (
        f"in an OCI repository, sign with: cosign sign --key KEY {oci.host}/signed/ssh@sha256:" in outcome.err
    )
