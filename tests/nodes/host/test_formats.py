"""`node detect` at the command line: its formats, options and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dlctl.yamlio.load import load_text
from tests.cli.test_imports import packages
from tests.nodes.host.hosts import HOSTS
from tests.output_schemas import checked
from tests.project import Outcome, Project

NODE_NAME = "nfd.node.kubernetes.io/node-name"


def detected(project: Project, root: Path, *words: str) -> Outcome:
    return project.run("node", "detect", "--root", str(root), *words)


@pytest.mark.parametrize("name", HOSTS)
def test_json_is_what_its_schema_says(built: dict[str, Path], project: Project, name: str) -> None:
    outcome = detected(project, built[name], "-o", "json").ok()
    document = checked(outcome.out, "HostFeatures")
    assert document["errors"] == []
    assert outcome.out == detected(project, built[name], "-o", "json").out


def test_json_has_what_the_table_says(built: dict[str, Path], project: Project) -> None:
    found = detected(project, built["roce25"], "-o", "json").ok().json
    gpu = found["accelerators"][1]
    assert (gpu["name"], gpu["model"], gpu["state"], gpu["compute"]) == ("GPU0", "T4", "ready", "7.5")
    assert gpu["pci"]["address"] == "0000:18:00.0"
    port = found["rdma"][0]["ports"][0]
    assert (port["state"], port["physicalState"], port["rate"], port["linkLayer"]) == (
        "ACTIVE",
        "LinkUp",
        25,
        "Ethernet",
    )
    assert port["gids"][3] == {
        "index": 3,
        "gid": "0000:0000:0000:0000:0000:ffff:0a00:0001",
        "type": "RoCE v2",
        "netDevice": "enp59s0f0np0",
    }
    assert found["fabric"] == {
        "kind": "roce",
        "state": "ACTIVE",
        "rate": 25,
        "ports": [{"device": "mlx5_0", "port": 1}],
    }
    assert {"gpu": "GPU1", "device": "mlx5_0", "affinity": "PHB"} in found["topology"]["gpuRdma"]
    assert found["nccl"]["variables"] == {"NCCL_IB_HCA": "=mlx5_0", "NCCL_IB_GID_INDEX": "3"}
    assert found["defaultInterface"] == "enp59s0f0np0"
    assert [each["code"] for each in found["findings"]] == ["port-not-active"]


def test_the_labels_are_the_same_in_every_format(built: dict[str, Path], project: Project) -> None:
    root = built["v100x8-ib100"]
    text = detected(project, root, "-o", "labels").ok().out
    labels = dict(line.split("=", 1) for line in text.splitlines())
    assert list(labels) == sorted(labels)
    assert labels == detected(project, root, "-o", "json").ok().json["labels"]
    file = detected(project, root, "-o", "nfd").ok().out
    assert file.partition("\n")[2] == text
    assert file.startswith("# ")
    node_feature = load_text(detected(project, root, "-o", "nodefeature").ok().out, "stdout").value
    assert node_feature["spec"] == {"labels": labels}


def test_a_node_feature(built: dict[str, Path], project: Project) -> None:
    words = (
        "-o",
        "nodefeature",
        "--label-prefix",
        "dlctl.dev/rdma.",
        "-n",
        "nfd",
        "--node-name",
        "n1",
    )
    assert load_text(detected(project, built["roce25"], *words).ok().out, "stdout").value == {
        "apiVersion": "nfd.k8s-sigs.io/v1alpha1",
        "kind": "NodeFeature",
        "metadata": {
            "name": "dlctl-n1",
            "namespace": "nfd",
            "labels": {"app.kubernetes.io/managed-by": "dlctl", NODE_NAME: "n1"},
            "annotations": {"dlctl.dev/NCCL_IB_GID_INDEX": "3", "dlctl.dev/NCCL_IB_HCA": "=mlx5_0"},
        },
        "spec": {
            "labels": {
                "dlctl.dev/rdma.capable": "true",
                "dlctl.dev/rdma.fabric": "roce",
                "dlctl.dev/rdma.gpudirect": "true",
                "dlctl.dev/rdma.ports": "1",
                "dlctl.dev/rdma.rate": "25",
                "dlctl.dev/rdma.state": "active",
            }
        },
    }


def test_the_node_of_a_node_feature(
    built: dict[str, Path], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def node(*words: str) -> str:
        outcome = detected(project, built["roce25"], "-o", "nodefeature", *words).ok()
        return str(load_text(outcome.out, "stdout").value["metadata"]["labels"][NODE_NAME])

    assert node() == "roce-1"
    monkeypatch.setenv("NODE_NAME", "from-pod")
    assert node() == "from-pod"
    assert node("--node-name", "named") == "named"
    monkeypatch.delenv("NODE_NAME")
    (tmp_path / "other/proc").mkdir(parents=True)
    outcome = detected(project, tmp_path / "other", "-o", "nodefeature")
    assert outcome.code == 2
    assert "--node-name" in outcome.err
    outcome = detected(project, built["roce25"], "-o", "nodefeature", "--node-name", "Not_A_Node")
    assert (outcome.code, outcome.out) == (2, "")


@pytest.mark.parametrize(
    "words", [("--every", "1m"), ("--owner", "x"), ("--publish", "-o", "json"), ("--publish", "-o", "nfd")]
)
def test_options_that_do_not_go_together(
    built: dict[str, Path], project: Project, words: tuple[str, ...]
) -> None:
    outcome = detected(project, built["roce25"], *words)
    assert outcome.code == 2
    assert "--publish" in outcome.err


def test_labels_by_prefix(built: dict[str, Path], project: Project) -> None:
    words = ("-o", "labels", "--label-prefix", "nvidia.com/mig", "--label-prefix", "dlctl.dev/gpu.c")
    assert (
        detected(project, built["roce25"], *words).ok().out
        == "dlctl.dev/gpu.count=4\nnvidia.com/mig.capable=false\n"
    )


def test_findings_are_on_stderr_beside_labels(built: dict[str, Path], project: Project) -> None:
    for output in ("labels", "nfd", "nodefeature"):
        outcome = detected(project, built["roce25"], "-o", output).ok()
        assert outcome.err == "warning: mlx5_1/1: port is DOWN (Disabled)\n"


def test_this_machine(project: Project) -> None:
    """Whatever it is: the root folder / and its default."""
    outcome = project.run("node", "detect", "-o", "json").ok()
    document = checked(outcome.out, "HostFeatures")
    assert document["labels"]["feature.node.kubernetes.io/kernel-version.full"]
    assert "Traceback" not in outcome.err


def test_a_relative_root(built: dict[str, Path], project: Project) -> None:
    (project.root / "host").symlink_to(built["cpu-only"])
    assert (
        project.run("node", "detect", "--root", "host", "-o", "labels", "--label-prefix", "dlctl.dev/")
        .ok()
        .out
        == ""
    )


def test_nothing_heavy_is_imported(built: dict[str, Path], project: Project) -> None:
    words = ("node", "detect", "--root", str(built["v100x8-ib100"]), "-o", "labels")
    command = [sys.executable, "-X", "importtime", "-m", "dlctl.cli.main", *words]
    ran = subprocess.run(
        command, cwd=project.root, env=project.environ, capture_output=True, text=True, check=True
    )
    found = packages(ran.stderr)
    assert "dlctl" in found
    assert found.isdisjoint({"rich", "jinja2", "kubernetes", "urllib3", "yaml", "jsonschema_rs", "pynvml"})


FAKE_NVML = """
class NVMLError(Exception):
    pass


class _Info:
    busId = b"00000000:06:00.0"
    total = 34089730048


def nvmlInit():
    pass


nvmlShutdown = nvmlInit


def nvmlDeviceGetCount():
    return 2


def nvmlSystemGetCudaDriverVersion_v2():
    return 12020


def nvmlDeviceGetHandleByIndex(index):
    if index:
        raise NVMLError("GPU is lost")
    return index


def nvmlDeviceGetMemoryInfo(handle):
    return _Info


nvmlDeviceGetPciInfo = nvmlDeviceGetMemoryInfo


def nvmlDeviceGetCudaComputeCapability(handle):
    return 7, 0


def nvmlDeviceGetMigMode(handle):
    raise NVMLError("not supported")


def nvmlDeviceGetNvLinkState(handle, link):
    if link > 6:
        raise NVMLError("invalid argument")
    return link < 6


def nvmlDeviceGetName(handle):
    return "Tesla V100-SXM2-32GB-LS"


def nvmlDeviceGetUUID(handle):
    return "GPU-1"
"""
ASK = """
import json
from pathlib import Path
from dlctl.nodes.host.detect import detect
from dlctl.nodes.host.sources.nvml import read_nvml
host = detect(Path({root!r}), read_nvml)
print(json.dumps([[g.name, g.memory, g.nvlinks, g.uuid, g.mig_capable] for g in host.gpus[:2]] + [host.cuda]))
"""


@pytest.mark.parametrize("installed", [True, False])
def test_nvml_is_asked_where_it_is_installed(
    built: dict[str, Path], project: Project, installed: bool
) -> None:
    """A module with NVML's functions stands in for the driver; the second GPU does not answer."""
    if installed:
        project.write({"pynvml.py": FAKE_NVML})
    script = ASK.format(root=str(built["v100x8-ib100"]))
    environ = {**project.environ, "PYTHONPATH": str(project.root)}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True
    )
    first, second, cuda = json.loads(ran.stdout)
    assert second == ["Tesla V100-SXM2-32GB", 32768, None, "GPU-00000000-0000-0000-0000-000000000001", False]
    if installed:
        assert first == ["Tesla V100-SXM2-32GB-LS", 32510, 6, "GPU-1", False]
        assert cuda == [12, 2]
    else:
        assert first[:3] == ["Tesla V100-SXM2-32GB", 32768, None]
        assert cuda is None
