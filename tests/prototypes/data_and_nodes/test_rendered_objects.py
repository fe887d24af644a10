"""Datasets, node agents and tenancy: what matters in the objects, beyond their schema."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dlctl.sandbox.nodes.shapes import shape, shape_names
from dlctl.yamlio.load import load_text
from tests.prototypes.examples import render
from tests.prototypes.upstream import NAMESPACE

Json = dict[str, Any]
NFS = {"server": "nfs.example.com", "path": "/export"}


def _all(prototype: str, params: Json, app: Path, name: str = "") -> list[Any]:
    return [manifest.body for manifest in render(prototype, params, app, name=name)]


def _one(bodies: list[Any], kind: str) -> Any:
    (found,) = [body for body in bodies if body["kind"] == kind]
    return found


@pytest.mark.parametrize(
    ("prototype", "params"),
    [
        ("dataset-nfs", NFS),
        ("dataset-nfs", {**NFS, "driver": "csi"}),
        ("dataset-cephfs", {"cluster_id": "c", "filesystem": "f", "path": "/d", "secret": "s"}),
    ],
)
def test_shared_dataset_is_read_only(prototype: str, params: Json, tmp_path: Path) -> None:
    bodies = _all(prototype, params, tmp_path)
    volume, claim = _one(bodies, "PersistentVolume"), _one(bodies, "PersistentVolumeClaim")
    assert volume["spec"]["accessModes"] == claim["spec"]["accessModes"] == ["ReadOnlyMany"]
    assert "ro" in volume["spec"]["mountOptions"], "kubelet does not look at the source's readOnly"
    assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"


def test_volume_and_claim_are_bound_to_each_other(tmp_path: Path) -> None:
    bodies = _all("dataset-nfs", NFS, tmp_path, name="imagenet")
    volume, claim = _one(bodies, "PersistentVolume"), _one(bodies, "PersistentVolumeClaim")
    assert claim["spec"]["volumeName"] == volume["metadata"]["name"] == f"{NAMESPACE}-imagenet"
    kept_for = volume["spec"]["claimRef"]
    assert (kept_for["namespace"], kept_for["name"]) == (NAMESPACE, "imagenet")
    assert claim["spec"]["storageClassName"] == ""


def test_files_that_may_change_are_asked_for_each_time(tmp_path: Path) -> None:
    volume = _one(_all("dataset-nfs", {**NFS, "read_only": False}, tmp_path), "PersistentVolume")
    assert not {"ro", "nocto", "actimeo=3600"} & set(volume["spec"]["mountOptions"])


def test_settings_of_a_part_win_over_those_for_all_parts(tmp_path: Path) -> None:
    shared = {
        "source": "s3://bucket/data",
        "network_mode": "HostNetwork",
        "memory": "2Gi",
        "cpu": 1,
        "env_vars": {"TZ": "UTC", "MODE": "a"},
    }
    worker = {
        "networkMode": "ContainerNetwork",
        "resources": {"requests": {"memory": "8Gi"}},
        "env": {"MODE": "b"},
    }
    spec = _one(_all("dataset-cache", {**shared, "parts": {"worker": worker}}, tmp_path), "AlluxioRuntime")[
        "spec"
    ]
    assert spec["master"]["networkMode"] == "HostNetwork"
    assert spec["worker"]["networkMode"] == "ContainerNetwork"
    assert spec["worker"]["resources"]["requests"] == {"cpu": "1", "memory": "8Gi"}
    assert spec["worker"]["env"] == {"TZ": "UTC", "MODE": "b"}


@pytest.mark.parametrize(
    "items", [{"value": "b"}, {"valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]
)
def test_variables_of_a_part_win_over_those_of_all_in_a_list(items: Json, tmp_path: Path) -> None:
    params: Json = {"source": "//server/a", "runtime": "thin", "profile": "p"}
    params |= {
        "env_vars": {"TZ": "UTC", "MODE": "a"},
        "parts": {"fuse": {"env": [{"name": "MODE", **items}]}},
    }
    spec = _one(_all("dataset-cache", params, tmp_path), "ThinRuntime")["spec"]
    assert spec["fuse"]["env"] == [{"name": "TZ", "value": "UTC"}, {"name": "MODE", **items}]


def test_tolerations_of_a_part_win_over_those_of_its_role(tmp_path: Path) -> None:
    both = [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}]
    params: Json = {"source": "oss://a/b", "runtime": "jindo", "roles": {"fuse": {"tolerations": both}}}
    own = {"key": "a", "operator": "Equal", "value": "c"}
    params["parts"] = {"fuse": {"tolerations": [own]}}
    spec = _one(_all("dataset-cache", params, tmp_path), "JindoRuntime")["spec"]
    assert spec["fuse"]["tolerations"] == [{"key": "b", "operator": "Exists"}, own]


def test_changed_source_is_downloaded_again(tmp_path: Path) -> None:
    names = {
        _one(_all("dataset-cache", {"source": source, "prefetch": True}, tmp_path / str(turn)), "DataLoad")[
            "metadata"
        ]["name"]
        for turn, source in enumerate(["s3://a/b", "s3://a/b", "s3://a/c"])
    }
    assert len(names) == 2


def test_plugin_configuration_is_what_the_plugin_reads(tmp_path: Path) -> None:
    params = {"sharing": "time-slicing", "shared_replicas": 4}
    data = _one(_all("nvidia-device-plugin", params, tmp_path), "ConfigMap")["data"]
    config = load_text(data["config.yaml"], "config.yaml").value
    assert config["version"] == "v1"
    assert config["sharing"]["timeSlicing"]["resources"] == [{"name": "nvidia.com/gpu", "replicas": 4}]


def test_plugin_and_control_daemon_meet_for_mps(tmp_path: Path) -> None:
    """The plugin stops without MPS_ROOT, and waits for the daemon in that folder of the node."""
    bodies = _all("nvidia-device-plugin", {"sharing": "mps", "shared_replicas": 4}, tmp_path)
    pods = {
        body["metadata"]["name"]: body["spec"]["template"]["spec"]
        for body in bodies
        if body["kind"] == "DaemonSet"
    }
    plugin, daemon = pods["nvidia-device-plugin"], pods["nvidia-device-plugin-mps"]
    assert {"name": "MPS_ROOT", "value": "/run/nvidia/mps"} in plugin["containers"][0]["env"]
    for pod in (plugin, daemon):
        folders = {each["name"]: each["hostPath"]["path"] for each in pod["volumes"] if "hostPath" in each}
        mounts = {each["mountPath"]: each["name"] for each in pod["containers"][0]["volumeMounts"]}
        assert folders[mounts["/mps"]] == "/run/nvidia/mps"
        assert folders[mounts["/dev/shm"]] == "/run/nvidia/mps/shm"
    assert daemon["initContainers"][0]["command"] == ["mps-control-daemon", "mount-shm"]
    assert plugin["affinity"] == daemon["affinity"]


def test_rdma_pools_are_what_jobs_ask_for(tmp_path: Path) -> None:
    data = _one(_all("rdma-device-plugin", {}, tmp_path), "ConfigMap")["data"]
    (pool,) = json.loads(data["config.json"])["configList"]
    assert f"{pool.get('resourcePrefix', 'rdma')}/{pool['resourceName']}" == "rdma/hca_shared_devices_a"
    assert pool["selectors"] == {"vendors": ["15b3"]}


def test_tainted_gpu_nodes_still_take_jobs_with_gpus(tmp_path: Path) -> None:
    bodies = _all("node-feature-discovery", {"taint_gpu_nodes": True}, tmp_path / "nodes")
    taints = {
        taint["key"]
        for body in bodies
        if body["kind"] == "NodeFeatureRule"
        for rule in body["spec"]["rules"]
        for taint in rule.get("taints", ())
    }
    job = _all("batch-job", {"image": "x:1", "num_gpus": 1}, tmp_path / "job")
    assert taints == {"nvidia.com/gpu"}
    assert "nvidia.com/gpu" in {
        toleration["key"] for toleration in _one(job, "Job")["spec"]["template"]["spec"]["tolerations"]
    }


@pytest.mark.parametrize("shape_name", shape_names())
def test_simulated_nodes_have_only_labels_that_the_rules_give(shape_name: str, tmp_path: Path) -> None:
    given = {
        f"feature.node.kubernetes.io/{label}"
        for body in _all("node-feature-discovery", {}, tmp_path)
        if body["kind"] == "NodeFeatureRule"
        for rule in body["spec"]["rules"]
        for label in (*rule.get("labels", ()), rule.get("labelsTemplate", "").partition("=")[0])
    }
    ours = re.compile(r"feature\.node\.kubernetes\.io/(gpu-|nic-|rdma\.(infiniband|roce))")
    found = {label for label in shape(shape_name)["metadata"]["labels"] if ours.match(label)}
    assert found <= given
    assert bool(found) == (shape_name not in {"cpu-only", "h100x8-dra"})  # DRA's drivers need no labels


def test_a_team_has_everything_in_its_own_namespace(tmp_path: Path) -> None:
    bodies = _all("tenancy", {"team": "mapping", "users": ["group:mapping"]}, tmp_path)
    assert _one(bodies, "Namespace")["metadata"]["name"] == "mapping"
    assert {body["metadata"].get("namespace", "mapping") for body in bodies} == {"mapping"}
