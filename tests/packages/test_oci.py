"""Registries in OCI repositories, on a real registry program."""

import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dlctl.app.load import load_app
from dlctl.registry.packages.content import content_of
from dlctl.registry.packages.offer import Offered, content, read_offer
from dlctl.registry.sources.directory import DirectoryTree
from tests.output_schemas import checked
from tests.packages.oci_program import OciProgram
from tests.packages.registries import empty_app, package, registry, vendored, write_files
from tests.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.go]


@pytest.fixture
def location(oci: OciProgram, request: pytest.FixtureRequest) -> str:
    """A repository that only this test uses."""
    return oci.location(f"acme/{request.node.name.partition('[')[0].replace('_', '-')}")


def push(project: Project, location: str, *packages: dict[str, str]) -> Path:
    """Push packages from a directory, which is returned."""
    folder = registry(project.root.parent / "source", *packages)
    for files in packages:
        project.run("pkg", "push", str(folder / next(iter(files)).split("/")[0]), location).ok()
    return folder


def test_from_a_new_package_to_an_installed_one(project: Project, location: str, oci: OciProgram) -> None:
    project.run("pkg", "new", "greeter").ok()
    project.run("pkg", "test", "greeter").ok()
    pushed = project.run("pkg", "push", "greeter", location).ok()
    assert f"pushed greeter@0.1.0 to {location}:greeter-0.1.0: 5 files, sha256:" in pushed.err
    empty_app(project, "dev")
    added = project.run("registry", "add", "ours", location).ok()
    assert "added registry ours with 1 package at digest " in added.err
    assert "ours/greeter" in project.run("pkg", "search", "greeter").ok().out
    project.run("pkg", "install", "ours/greeter").ok()
    before = len(oci.requests())
    project.run("generate", "greeter", "web", "--image", "a.example.com/b:1").ok()
    assert "image: a.example.com/b:1" in project.run("show", "dev").ok().out
    project.run("pkg", "verify").ok()
    assert len(oci.requests()) == before, "an installed package needs no registry"


def test_what_is_pinned(project: Project, location: str) -> None:
    push(project, location, package("hello"))
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    project.run("pkg", "install", "ours/hello").ok()
    app = load_app(project.root)
    entry, pin = app.registries["ours"], app.packages["ours/hello"]
    assert (f"oci://{entry.oci}", entry.tag, entry.kind) == (location, "latest", "oci")
    answer = checked(
        project.run("pkg", "push", "../source/hello", location, "-o", "json").ok().out, "PackagePush"
    )
    assert (answer["digest"], answer["manifest"], answer["new"]) == (pin.digest, pin.manifest, False)
    listed = checked(project.run("registry", "list", "-o", "json").ok().out, "RegistryList")["items"][1]
    assert (listed["source"], listed["oci"], listed["digest"]) == ("oci", entry.oci, entry.digest)
    found = checked(project.run("pkg", "list", "-o", "json").ok().out, "PackageList")["items"][0]
    assert (found["manifest"], found["commit"]) == (pin.manifest, None)
    checked(project.run("registry", "describe", "ours", "-o", "json").ok().out, "Registry")
    assert f"Manifest: {pin.manifest}" in project.run("pkg", "describe", "ours/hello").ok().out


def test_the_content_is_that_of_a_directory(project: Project, location: str) -> None:
    """With what packages share, executable files and awkward bytes."""
    files = {**package("hello"), "_shared/fragments/x.yaml.j2": "a: 1\n", "hello/bin/run": "#!/bin/sh\n"}
    folder = registry(project.root.parent / "source", files)
    (folder / "hello/data.bin").write_bytes(bytes(range(256)) * 5)
    (folder / "hello/bin/run").chmod(0o755)
    project.run("pkg", "push", str(folder / "hello"), location).ok()
    empty_app(project)
    for name, place in (("one", str(folder)), ("two", location)):
        project.run("registry", "add", name, place).ok()
        project.run("pkg", "install", f"{name}/hello").ok()
    found = vendored(project)
    one = {path: data for path, data in found.items() if "/one/" in path}
    assert {path.replace("/one/", "/two/"): data for path, data in one.items()} == {
        path: data for path, data in found.items() if "/two/" in path
    }
    assert "vendor/two/hello@1.0.0/_shared/fragments/x.yaml.j2" in found
    assert (project.root / "vendor/two/hello@1.0.0/bin/run").stat().st_mode & 0o100
    packages = load_app(project.root).packages
    assert packages["one/hello"].digest == packages["two/hello"].digest


def test_a_registry_stays_at_its_digest_until_it_is_updated(project: Project, location: str) -> None:
    push(project, location, package("hello"))
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    project.run("pkg", "install", "ours/hello").ok()
    before = load_app(project.root).registries["ours"].digest
    push(project, location, package("hello", "1.1.0"))
    assert "1.1.0" not in project.run("pkg", "search", "hello").ok().out
    outcome = project.run("pkg", "update", "--dry-run", "-o", "json").ok()
    assert checked(outcome.out, "PackageUpdate")["packages"][0]["after"] == "1.1.0"
    assert load_app(project.root).registries["ours"].digest == before
    outcome = project.run("registry", "update").ok()
    after = load_app(project.root).registries["ours"].digest
    assert f"{before[7:19]} → {after[7:19]}" in outcome.err
    assert "1.0.0, 1.1.0" in project.run("pkg", "search", "hello").ok().out
    project.run("pkg", "update").ok()
    assert load_app(project.root).packages["ours/hello"].version == "1.1.0"
    assert f"is up to date: {after[7:19]}" in project.run("registry", "update", "ours").ok().err


def test_a_clone_without_vendor_is_restored(project: Project, location: str) -> None:
    push(project, location, package("hello"))
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    project.run("pkg", "install", "ours/hello").ok()
    before = vendored(project)
    shutil.rmtree(project.root / "vendor")
    push(project, location, package("hello", "2.0.0"))
    project.run("pkg", "restore").ok()
    assert vendored(project) == before


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_a_registry_at_a_tag_or_a_digest(project: Project, location: str, by: str) -> None:
    folder = push(project, f"{location}:{by}-stable", package("hello"))
    empty_app(project)
    project.run("registry", "add", "ours", f"{location}:{by}-stable").ok()
    digest = load_app(project.root).registries["ours"].digest
    write_files(folder, package("hello", "2.0.0"))
    project.run("pkg", "push", str(folder / "hello"), f"{location}:{by}-stable").ok()
    if by == "digest":
        project.run("registry", "add", "pinned", f"{location}@{digest}").ok()
        project.run("registry", "update", "pinned").ok()
        project.run("pkg", "install", "pinned/hello").ok()
        assert load_app(project.root).packages["pinned/hello"].version == "1.0.0"
    else:
        project.run("registry", "update").ok()
        project.run("pkg", "install", "ours/hello").ok()
        assert load_app(project.root).packages["ours/hello"].version == "2.0.0"
    outcome = project.run("registry", "add", "other", location)
    assert (outcome.code, "latest not found" in outcome.err) == (1, True)


def test_a_package_is_pushed_once(project: Project, location: str) -> None:
    folder = push(project, location, package("hello"))
    again = project.run("pkg", "push", str(folder / "hello"), location).ok()
    assert again.err == f"{location}:hello-1.0.0 already exists, with the same content\n"
    write_files(folder, {"hello/more.txt": "more"})
    for words in (["--dry-run"], []):
        outcome = project.run("pkg", "push", str(folder / "hello"), location, *words)
        assert (outcome.code, "has hello@1.0.0 with different content: sha256:" in outcome.err) == (1, True)
    outcome = project.run("pkg", "push", str(folder / "hello"), f"{location}:other").ok()
    assert f"{location}:other.hello-1.0.0" in outcome.err, "another tag is another registry"


def test_a_dry_run_pushes_nothing(project: Project, location: str, oci: OciProgram) -> None:
    folder = registry(project.root.parent / "source", package("hello"))
    outcome = project.run("pkg", "push", str(folder / "hello"), location, "--dry-run", "-o", "json").ok()
    answer = checked(outcome.out, "PackagePush")
    assert (answer["new"], answer["dryRun"]) == (True, True)
    assert "hello/prototype.yaml" in answer["files"]
    empty_app(project)
    assert "latest not found" in project.run("registry", "add", "ours", location).err
    repository = location.partition("acme/")[2]
    assert not [line for line in oci.requests() if repository in line and "PUT" in line]


def test_two_machines_push_the_same_bytes(project: Project, location: str) -> None:
    """The manifest's digest does not depend on times, modes, the folder's place or its name."""
    first = registry(project.root.parent / "a", package("hello"))
    second = registry(project.root.parent / "b/c", package("hello", folder="hello@1.0.0"))
    for path in second.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    answers = [
        json.loads(project.run("pkg", "push", str(place), location, "--dry-run", "-o", "json").ok().out)
        for place in (first / "hello", second / "hello@1.0.0")
    ]
    assert answers[0]["manifest"] == answers[1]["manifest"]


def test_pushes_at_once_are_all_listed(project: Project, location: str) -> None:
    names = ["one", "two", "three", "four"]
    folder = registry(project.root.parent / "source", *(package(name) for name in names))
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "dlctl.cli.main", "pkg", "push", str(folder / name), location],
            cwd=project.root,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    answers = [(process.communicate(timeout=100)[1], process.returncode) for process in running]
    assert [code for _, code in answers] == [0] * 4, answers
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    described = project.run("registry", "describe", "ours", "-o", "json").ok()
    assert {each["name"] for each in checked(described.out, "Registry")["packages"]} == set(names)


def test_a_line_that_another_push_dropped_comes_back(
    project: Project, location: str, oci: OciProgram
) -> None:
    """What happens where two pushes read the same index, and the second one writes over the first one's."""
    push(project, location, package("one"))
    url = f"http://{oci.host}/v2/{location.removeprefix(f'oci://{oci.host}/')}/manifests/latest"
    with urllib.request.urlopen(url) as answer:
        kind, before = answer.headers["Content-Type"], answer.read()
    push(project, location, package("two"))
    request = urllib.request.Request(url, before, {"Content-Type": kind}, method="PUT")
    urllib.request.urlopen(request).close()
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    assert "ours/two" not in project.run("pkg", "search", "ours/").ok().out
    push(project, location, package("three"))
    project.run("registry", "update").ok()
    found = project.run("pkg", "search", "ours/").ok().out
    assert [name for name in ("one", "two", "three") if f"ours/{name}" not in found] == []


def test_a_registry_of_the_app_is_pushed_to_by_its_name(project: Project, location: str) -> None:
    folder = push(project, location, package("hello"))
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    write_files(folder, package("hello", "1.1.0"))
    outcome = project.run("pkg", "push", str(folder / "hello"), "ours").ok()
    assert f"to {location}:hello-1.1.0" in outcome.err
    digest = load_app(project.root).registries["ours"].digest
    outcome = project.run("pkg", "push", str(folder / "hello"), f"{location}@{digest}")
    assert (outcome.code, "a digest never changes" in outcome.err) == (2, True)


def test_build_metadata_of_a_version(project: Project, location: str) -> None:
    push(project, location, package("hello", "1.0.0-rc.1+build.5"))
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    project.run("pkg", "install", "ours/hello@1.0.0-rc.1+build.5").ok()
    assert load_app(project.root).packages["ours/hello"].version == "1.0.0-rc.1+build.5"


def test_what_is_no_registry(project: Project, oci: OciProgram) -> None:
    empty_app(project)
    outcome = project.run("registry", "add", "ours", oci.location("acme/none"))
    assert (outcome.code, "acme/none:latest not found" in outcome.err) == (1, True)
    assert "'dlctl pkg push' creates it" in outcome.err


def test_a_version_has_no_commit(project: Project, location: str) -> None:
    push(project, location, package("hello"))
    empty_app(project)
    project.run("registry", "add", "ours", location).ok()
    outcome = project.run("pkg", "install", f"ours/hello@{'a' * 40}")
    assert (outcome.code, "which has no commits" in outcome.err) == (1, True)
    digest = content_of_package(project.root.parent / "source")
    project.run("pkg", "install", f"ours/hello@{digest}").ok()


def content_of_package(folder: Path) -> str:
    """The digest of `hello` in a directory."""
    offer = read_offer("x", DirectoryTree(folder))
    found: Offered = offer.packages[0]
    files = content(offer, found)
    assert content_of(files.files) == files
    return files.digest
