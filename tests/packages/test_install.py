"""Install a package from a directory, use its prototypes, and notice every change of its files."""

import os
import shutil
from pathlib import Path

import pytest
import yaml

from dlctl.app.load import load_app
from dlctl.app.package_model import Pin
from dlctl.registry.packages import verify
from dlctl.registry.packages.content import ContentFile, content_of
from tests.packages.registries import empty_app, package, registry, vendored, write_files
from tests.project import Project

pytestmark = pytest.mark.slow


def test_an_installed_package_is_used_without_its_registry(installed: Project, ours: Path) -> None:
    shutil.rmtree(ours)
    assert "greeting: hello" in installed.run("show", "dev").ok().out
    listed = installed.run("prototype", "list").ok().out
    assert ["ours/hello@1.0.0", "hello", "Says", "something"] in [
        line.split() for line in listed.splitlines()
    ]
    assert "hello (ours/hello@1.0.0)" in installed.run("prototype", "describe", "ours/hello/hello").ok().out


def test_the_pin_has_version_and_digest(installed: Project) -> None:
    pin = load_app(installed.root).packages["ours/hello"]
    assert (pin.version, pin.commit, pin.folder) == ("1.0.0", "", "vendor/ours/hello@1.0.0")
    files = [
        ContentFile(path.relative_to(installed.root / pin.folder).as_posix(), path.read_bytes())
        for path in (installed.root / pin.folder).rglob("*")
        if path.is_file()
    ]
    assert content_of(files).digest == pin.digest
    assert len(files) == 5


def test_a_package_gives_an_app_its_id_as_any_change_of_dlctl_yaml_does(
    installed: Project, ours: Path
) -> None:
    kept = yaml.safe_load(installed.read("dlctl.yaml"))
    installed.write(
        {"dlctl.yaml": yaml.safe_dump({key: kept[key] for key in kept if key not in ("id", "components")})}
    )
    assert load_app(installed.root).id == ""
    assert "note: dlctl.yaml has an id now" in installed.run("pkg", "rm", "ours/hello", "--yes").err
    given = load_app(installed.root).id
    assert given
    installed.run("pkg", "install", "ours/hello").ok()
    assert load_app(installed.root).id == given


def test_the_digest_is_the_documented_one() -> None:
    """The test vector of docs/packages.md."""
    content = content_of(
        [
            ContentFile("package.yaml", b"name: sample\nversion: 1.0.0\n"),
            ContentFile("bin/run", b"#!/bin/sh\n", executable=True),
            ContentFile("a.txt", b""),
        ]
    )
    assert content.file_list == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 - 0 a.txt\n"
        "a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf x 10 bin/run\n"
        "4792c1e982fe6f146134fdbcd7a9fef421d6155f198e067f031bc23d03abfac2 - 28 package.yaml\n"
    )
    assert content.digest == "sha256:cc3c3a1a186e7ed88931232c916da571c102d54611a28aea2638291ba9c8ca60"


@pytest.mark.parametrize("recorded", [False, True], ids=["first render", "later render"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "content",
            "hello/templates/map.yaml.j2: file of package ours/hello@1.0.0 was changed after installation",
        ),
        ("mode", "hello/prototype.yaml: file of package ours/hello@1.0.0 was changed after installation"),
        ("missing", "hello/prototype.yaml: file of package ours/hello@1.0.0 is missing"),
        ("added", "hello/templates/more.yaml: file of package ours/hello@1.0.0 is not part of the package"),
        ("link", "hello/templates/map.yaml.j2: file of package ours/hello@1.0.0 is a link or a special file"),
        ("odd name", "a\\nb.yaml: file of package ours/hello@1.0.0 is not part of the package"),
    ],
)
def test_a_change_in_vendor_names_the_file(
    installed: Project, change: str, message: str, recorded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if recorded:
        monkeypatch.setattr("dlctl.registry.packages.verify._CERTAIN_AFTER", 0)
        installed.run("show", "dev").ok()
    folder = installed.root / "vendor/ours/hello@1.0.0/hello"
    template = folder / "templates/map.yaml.j2"
    if change == "content":
        template.write_text(template.read_text().replace("v1", "v2"))
    elif change == "mode":
        (folder / "prototype.yaml").chmod(0o755)
    elif change == "missing":
        (folder / "prototype.yaml").rename(installed.root / "elsewhere")
    elif change == "added":
        (folder / "templates/more.yaml").write_text("")
    elif change == "link":
        template.rename(installed.root / "elsewhere")
        template.symlink_to(installed.root / "elsewhere")
    else:
        (folder / "a\nb.yaml").write_text("")
    for words in (("show", "dev"), ("pkg", "verify")):
        outcome = installed.run(*words)
        assert (outcome.code, message in outcome.err) == (1, True), outcome.err
        assert "dlctl pkg restore" in outcome.err


def test_a_file_with_its_old_size_and_time_is_found_by_a_whole_check(
    installed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change time cannot be set back; the test makes the records ignore it."""
    monkeypatch.setattr("dlctl.registry.packages.verify._CERTAIN_AFTER", 0)
    monkeypatch.setattr("dlctl.registry.packages.verify._times", lambda found: (found.st_mtime_ns, 0, 0))
    installed.run("show", "dev").ok()
    template = installed.root / "vendor/ours/hello@1.0.0/hello/templates/map.yaml.j2"
    before = template.stat()
    template.write_text(template.read_text().replace("ConfigMap", "configMap"))
    os.utime(template, ns=(before.st_atime_ns, before.st_mtime_ns))
    installed.run("show", "dev").ok()
    for words in (("show", "dev", "--verify"), ("pkg", "verify")):
        assert "was changed after installation" in installed.run(*words).err


def test_a_render_reads_the_content_once(installed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = verify._sha256

    def counted(file: verify._Found, pin: Pin) -> str:
        read.append(file.path)
        return original(file, pin)

    monkeypatch.setattr(verify, "_sha256", counted)
    monkeypatch.setattr(verify, "_CERTAIN_AFTER", 0)
    installed.run("show", "dev").ok()
    assert len(read) == 5
    installed.run("show", "dev").ok()
    assert len(read) == 5


def test_without_vendor_every_render_says_how_to_get_it_back(installed: Project) -> None:
    shutil.rmtree(installed.root / "vendor")
    outcome = installed.run("show", "dev")
    assert outcome.code == 1
    assert outcome.err.startswith("Error: dlctl.yaml:")
    assert "package ours/hello@1.0.0 is not in vendor/" in outcome.err
    assert "dlctl pkg restore" in outcome.err


def test_a_failed_write_leaves_nothing(project: Project, ours: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "ours", str(ours)).ok()
    before = project.files()
    (project.root / "dlctl.yaml").chmod(0o444)
    if os.geteuid() == 0:
        (project.root / "vendor").write_text("a file in the place of the folder")
        before = project.files()
    outcome = project.run("pkg", "install", "ours/hello")
    assert outcome.code == 1
    assert project.files() == before


def test_shared_files_of_the_registry_come_with_each_package(project: Project) -> None:
    folder = registry(project.root.parent / "registry", package("hello"))
    write_files(
        folder,
        {
            "_shared/groups/luck.yaml": "params: {luck: {type: string, default: good, description: Luck}}\n",
            "_shared/fragments/luck.yaml.j2": "{{ params.luck }}\n",
            "hello/hello/prototype.yaml": "summary: x\ngroups: [luck]\n",
            "hello/hello/templates/map.yaml.j2": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
            'data: {luck: {{ fragment("luck") }}}\n',
        },
    )
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(folder)).ok()
    project.run("pkg", "install", "ours/hello").ok()
    project.run("generate", "hello", "web").ok()
    shutil.rmtree(folder)
    assert "luck: good" in project.run("show", "dev").ok().out
    assert "vendor/ours/hello@1.0.0/_shared/groups/luck.yaml" in vendored(project)


OFFLINE = [
    ("show", "dev"),
    ("prototype", "list"),
    ("prototype", "describe", "hello"),
    ("prototype", "preview", "hello"),
    ("generate", "hello", "more"),
    ("param", "set", "web", "greeting", "hi"),
    ("param", "list"),
    ("component", "list"),
    ("registry", "list"),
    ("pkg", "list"),
    ("pkg", "describe", "ours/hello"),
    ("pkg", "verify"),
    ("pkg", "restore"),
    ("component", "eject", "web"),
]


def test_all_but_installing_works_without_registry_and_git(
    installed: Project, ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(ours)
    monkeypatch.setenv("PATH", str(installed.root))
    for words in OFFLINE:
        installed.run(*words).ok()
    outcome = installed.run("pkg", "update")
    assert (outcome.code, "directory of registry 'ours' not found" in outcome.err) == (1, True)


def test_records_that_dlctl_did_not_write_are_not_trusted(
    installed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_CERTAIN_AFTER", 0)
    installed.run("show", "dev").ok()
    records = Path(installed.environ["XDG_CACHE_HOME"]) / "dlctl/verified"
    (record,) = records.iterdir()
    right = record.read_bytes()
    template = installed.root / "vendor/ours/hello@1.0.0/hello/templates/map.yaml.j2"
    template.write_text(template.read_text() + " ")
    files = list(verify._files(installed.root / "vendor/ours/hello@1.0.0", installed.root, _pin(installed)))
    record.write_bytes(right[:32] + verify._mark(_pin(installed), files))
    assert "was changed after installation" in installed.run("show", "dev").err


def _pin(project: Project) -> Pin:
    return load_app(project.root).packages["ours/hello"]


def test_what_registries_offer_is_listed_without_vendor(installed: Project) -> None:
    shutil.rmtree(installed.root / "vendor")
    assert "ours/hello" in installed.run("pkg", "search").ok().out


def test_a_version_that_is_not_offered(installed: Project) -> None:
    """Only a git repository has other commits."""
    outcome = installed.run("pkg", "install", "ours/tf-job@9.9.9")
    assert outcome.code == 1
    assert outcome.err.endswith("no version 9.9.9 of package 'tf-job'\n  it has 1.0.0\n")


def test_shadow_is_for_all_environments(installed: Project) -> None:
    before = installed.files()
    outcome = installed.run("pkg", "install", "ours/hello@1.0.0", "--env", "dev", "--shadow")
    assert (outcome.code, "--shadow is not for one environment" in outcome.err) == (2, True)
    assert installed.files() == before
