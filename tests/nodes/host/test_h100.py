"""A real host: what NFD and GFD said on a virtual machine with an H100, against what its files say to us."""

import tarfile
from pathlib import Path

import pytest

from dlctl.nodes.host.detect import Host, detect
from dlctl.nodes.host.labels.host_labels import host_labels

MEMORY = "nvidia.com/gpu.memory"
FLAGS = """AMXFP8 BHI_CTRL CETSS CMPSB_SCADBS_SHORT FXSROPT IDPRED_CTRL MOVSB_ZL OSXSAVE PSFD RRSBA_CTRL
STOSB_SHORT"""
NOT_IN_CPUINFO = {f"feature.node.kubernetes.io/cpu-cpuid.{name}" for name in FLAGS.split()}
"""NFD asks the processor for these; the kernel's list of flags does not have them."""
NO_FILE = {"feature.node.kubernetes.io/cpu-model.hypervisor"}
"""The processor says kvm; the tree has neither a clock source nor DMI, and files with that name nowhere."""
NOT_OF_THE_HOST = {
    "nvidia.com/gpu.replicas",
    "nvidia.com/gpu.sharing-strategy",
    "nvidia.com/mps.capable",
    "nvidia.com/vgpu.present",
}
"""The first three are the device plugin's configuration; the last is in the PCI configuration space."""


def said(path: Path) -> dict[str, str]:
    """Labels as lines of key=value."""
    pairs = (line.partition("=") for line in path.read_text().splitlines())
    return {key: value for key, _, value in pairs}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    found = shared / "hosts" / "h100-vm"
    if not found.is_dir():
        pytest.skip("../shared/hosts/h100-vm is not there: it holds the files of a real host")
    return found


@pytest.fixture(scope="module")
def host(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    root = tmp_path_factory.mktemp("h100")
    with tarfile.open(folder / "tree.tar.gz") as archive:
        archive.extractall(root, filter="tar")
    return detect(root / "tree")


def test_every_label_of_nfd_that_files_tell(host: Host, folder: Path) -> None:
    theirs, ours = said(folder / "nfd-labels.txt"), host_labels(host, ["feature.node.kubernetes.io/"])
    assert ours == {key: value for key, value in theirs.items() if key not in NOT_IN_CPUINFO | NO_FILE}
    assert theirs.keys() >= NOT_IN_CPUINFO | NO_FILE


def test_every_label_of_gfd_that_the_host_tells(host: Host, folder: Path) -> None:
    theirs, ours = said(folder / "gfd-labels.txt"), host_labels(host, ["nvidia.com/"])
    measured, listed = int(theirs.pop(MEMORY)), int(ours.pop(MEMORY))
    assert 0.93 * listed <= measured <= listed
    assert ours == {key: value for key, value in theirs.items() if key not in NOT_OF_THE_HOST}
    assert theirs.keys() >= NOT_OF_THE_HOST


def test_our_own_labels(host: Host) -> None:
    assert host_labels(host, ["dlctl.dev/"]) == {
        "dlctl.dev/gpu.count": "1",
        "dlctl.dev/gpu.model": "H100",
        "dlctl.dev/gpu.vendor": "nvidia",
    }


def test_every_file_was_read(host: Host) -> None:
    assert host.warnings == ()
