"""Any tree, and any damage to a good one: no exception, the same answer twice, valid labels."""

import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dlctl.cli.output.views.nodes.host_formats import HostFormat
from dlctl.nodes.host.detect import Host, detect
from dlctl.nodes.host.feature_file import feature_file
from dlctl.nodes.host.findings.host_findings import host_findings
from dlctl.nodes.host.labels.host_labels import host_labels
from dlctl.nodes.host.node_feature import is_node_name, node_feature, object_name
from dlctl.yamlio.dump import dump
from tests.nodes.host.hosts import roce25, v100x8_ib100
from tests.output_schemas import checked
from tests.project import Project

KEY = re.compile(
    r"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)/([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)"
)
VALUE = re.compile(r"([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?")
"""Kubernetes documentation, "Labels and Selectors", "Syntax and character set"."""

WORDS = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "0x10de",
        "0x15b3",
        "0xffff",
        "0x030200",
        "0x020700",
        "4: ACTIVE",
        "1: DOWN",
        "400 Gb/sec (4X NDR)",
        "1e999 Gb/sec (99999X NDR)",
        "Ethernet",
        "RoCE v2",
        "0000:0000:0000:0000:0000:ffff:0a00:0001",
        "8.0 GT/s PCIe",
        "9" * 400,
        "a" * 200,
        "\x1b[31m",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  1.2.3.4.5",
        "Model: \x00\nGPU UUID: GPU-?\nDevice Minor: 99999999999999",
        "ID=\nVERSION_ID=..\nID=a b",
    ]
)
CONTENTS = st.one_of(WORDS.map(str.encode), st.binary(max_size=64))
TARGETS = st.sampled_from(["", "..", "/", "/sys", "../..", "/etc/passwd", ".", "missing", "/proc/self/root"])
DAMAGES = st.one_of(
    CONTENTS.map(lambda content: ("content", content)),
    TARGETS.map(lambda target: ("link", os.fsencode(target or "x"))),
    st.just(("remove", b"")),
    st.just(("fifo", b"")),
    st.just(("folder", b"")),
)

pytestmark = pytest.mark.slow


def check_all(host: Host, again: Host) -> None:
    """What must hold for every host."""
    assert host == again
    labels = host_labels(host)
    assert list(labels) == sorted(labels)
    assert all(KEY.fullmatch(key) and VALUE.fullmatch(value) for key, value in labels.items()), labels
    assert list(host.warnings) == sorted(host.warnings)
    assert len(host_findings(host)) == len(host_findings(again))
    assert feature_file(labels).splitlines()[1:] == [f"{key}={value}" for key, value in labels.items()]
    assert dump(node_feature(host, labels, "node-1")) == dump(node_feature(again, labels, "node-1"))


def damage(path: Path, how: str, content: bytes) -> None:
    """Put something else in the place of a file or link."""
    path.unlink()
    if how == "content":
        path.write_bytes(content)
    elif how == "link":
        path.symlink_to(os.fsdecode(content))
    elif how == "fifo":
        os.mkfifo(path)
    elif how == "folder":
        path.mkdir()


def copy_of(path: Path) -> tuple[bytes | None, str]:
    return (None, str(path.readlink())) if path.is_symlink() else (path.read_bytes(), "")


def restore(path: Path, copy: tuple[bytes | None, str]) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    elif os.path.lexists(path):
        path.unlink()
    content, target = copy
    if content is None:
        path.symlink_to(target)
    else:
        path.write_bytes(content)


@pytest.fixture(scope="module", params=[v100x8_ib100, roce25], ids=["v100", "roce"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("good")
    request.param(root)
    return root


@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_host(good: Path, data: st.DataObject) -> None:
    leaves = sorted(path for path in good.rglob("*") if path.is_symlink() or not path.is_dir())
    chosen = data.draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=40, unique=True))
    copies = {path: copy_of(path) for path in chosen}
    try:
        for path in chosen:
            damage(path, *data.draw(DAMAGES))
        check_all(detect(good), detect(good))
    finally:
        for path, copy in copies.items():
            restore(path, copy)


LABELLED = (
    "etc/os-release",
    "proc/sys/kernel/osrelease",
    "proc/driver/nvidia/version",
    "proc/driver/nvidia/gpus/0000:06:00.0/information",
    "proc/driver/nvidia/gpus/0000:18:00.0/information",
    "sys/class/dmi/id/product_name",
    "sys/devices/system/cpu/intel_pstate/status",
)
"""Files of which text becomes the value of a label."""
TEXTS = st.one_of(
    st.text(max_size=90).map("ID={0}\nVERSION_ID={0}".format),
    st.text(max_size=90).map("Model: {}\nGPU Excluded: No".format),
    st.from_regex(r"NVRM version: .* Kernel Module  [0-9.]+", fullmatch=True),
    st.text(max_size=90),
)


@settings(max_examples=80)
@given(texts=st.dictionaries(st.sampled_from(LABELLED), TEXTS, min_size=1))
@example(texts={"etc/os-release": "ID=two words"})
@example(texts={"etc/os-release": f"ID={'a' * 64}"})
def test_any_text_in_files_that_are_labelled(good: Path, texts: dict[str, str]) -> None:
    copies = {}
    for path in (good / name for name in texts):
        copies[path] = copy_of(path) if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path.relative_to(good).as_posix()], errors="surrogateescape")
    try:
        check_all(detect(good), detect(good))
    finally:
        for path, copy in copies.items():
            if copy:
                restore(path, copy)
            else:
                path.unlink()


def known_paths(root: Path) -> list[str]:
    return [os.path.relpath(path, root) for path in v100x8_ib100(root).root.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Paths that mean something on a host."""
    return sorted(known_paths(tmp_path_factory.mktemp("known")))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "scratch"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_random_tree(paths: list[str], scratch: Path, data: st.DataObject) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "sys").mkdir(parents=True)
    for name in data.draw(st.lists(st.sampled_from(paths), max_size=30, unique=True)):
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.draw(CONTENTS))
    check_all(detect(scratch), detect(scratch))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_format_of_a_damaged_host(good: Path, project: Project, data: st.DataObject) -> None:
    leaves = sorted(path for path in good.rglob("*") if path.is_symlink() or not path.is_dir())
    chosen = data.draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=20, unique=True))
    copies = {path: copy_of(path) for path in chosen}
    try:
        for path in chosen:
            damage(path, *data.draw(DAMAGES))
        for output in HostFormat:
            words = ("node", "detect", "--root", str(good), "--node-name", "node-1", "-o", output)
            outcome = project.run(*words).ok()
            assert "Traceback" not in outcome.err
            if output is HostFormat.JSON:
                checked(outcome.out, "HostFeatures")
    finally:
        for path, copy in copies.items():
            restore(path, copy)


@given(st.text(max_size=70))
@example("gpu-1")
@example("a" * 63)
@example("a" * 64)
@example("a.b-c")
@example("A")
@example("0..0")
@example("a.-b")
def test_node_names(name: str) -> None:
    subdomain = re.fullmatch(
        r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name, re.ASCII
    )
    if is_node_name(name):
        assert subdomain
        assert len(name) <= 63
        assert object_name(name) != name
    elif subdomain:
        assert len(name) > 63
