"""What pod groups, networks, scalers and claims refuse, in words that say what to change."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.examples import render

TRIGGERS = [{"type": "cron", "metadata": {"start": "0 8 * * *"}}]
SCALED: dict[str, Any] = {"scale_target_ref": {"name": "web"}, "triggers": TRIGGERS}
JOB: dict[str, Any] = {"image": "registry.example.com/convert:1", "triggers": TRIGGERS}
FUNCTIONS: dict[str, Any] = {"resource_name": "rdma", "num_vfs": 8, "nic_selector": {"vendor": "15b3"}}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("pod-group", {"api": "coscheduling", "queue": "a"}, "have no queues"),
    ("pod-group", {"gang_timeout_seconds": 60}, "is for api coscheduling"),
    ("pod-group", {"api": "kube-batch", "min_resources": {"cpu": 1}}, "has no min_resources"),
    ("pod-group", {"api": "koordinator", "network_topology": "soft"}, "need Volcano"),
    ("elastic-quota", {"min": {"cpu": 4}, "max": {"cpu": 2}}, "min must not be larger than max"),
    ("scaled-object", {**SCALED, "min_replica_count": 101}, "must not be larger than max_replica_count"),
    ("scaled-object", {**SCALED, "idle_replica_count": 0}, "must be smaller than min_replica_count"),
    (
        "scaled-object",
        {**SCALED, "triggers": [{**TRIGGERS[0], "name": "a"}, {**TRIGGERS[0], "name": "a"}]},
        "two triggers have the same name",
    ),
    ("scaled-job", {**JOB, "min_replica_count": 101}, "must not be larger than max_replica_count"),
    ("scaled-job", {**JOB, "env_source_container_name": "other"}, "a container that the pods do not have"),
    ("trigger-authentication", {}, "would hold no credentials"),
    ("nvidia-driver", {"is_default": True, "node_selector": {"pool": "a"}}, "leave node_selector out"),
    ("sriov-network", {"kind": "SriovIBNetwork", "resource_name": "ib", "vlan": 1}, "are of Ethernet"),
    ("sriov-node-policy", {**FUNCTIONS, "is_rdma": True, "device_type": "vfio-pci"}, "driver of the kernel"),
    ("nvidia-network", {"kind": "HostDeviceNetwork"}, "is of a resource"),
    ("nvidia-network", {"resource_name": "hostdev"}, "is for kind HostDeviceNetwork"),
    ("nvidia-network", {"kind": "IPoIBNetwork", "mtu": 1500}, "are for kind MacvlanNetwork"),
    ("node-feature-discovery", {"rules_group": "nfd.openshift.io"}, "set rules_only to true"),
    (
        "device-class",
        {"api_version": "v1beta1", "extended_resource_name": "example.com/gpu"},
        "is for v1 and v1beta2",
    ),
)
FLAVOR: dict[str, Any] = {"flavors": [{"name": "a", "quota": {"cpu": 1}}]}
CHECK: dict[str, Any] = {"name": "a", "onFlavors": ["a"]}
QUEUES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"make_queue": False}, "there is nothing to create"),
    (
        {"make_queue": False, **FLAVOR, "local_queues": [{"name": "a"}]},
        "name an existing one in cluster_queue",
    ),
    ({**FLAVOR, "cluster_queue": "b"}, "cluster_queue is an existing queue"),
    ({**FLAVOR, "plain_admission_checks": True, "admission_checks": [{"name": "a"}]}, "of v1beta1"),
    ({**FLAVOR, "when_can_borrow": "Borrow"}, "words of v1beta1"),
    (
        {**FLAVOR, "api_version": "v1beta1", "concurrent_admission": {"mode": "RetainFirstAdmission"}},
        "are of v1beta2",
    ),
    (
        {
            **FLAVOR,
            "api_version": "v1beta1",
            "plain_admission_checks": True,
            "admission_checks": [CHECK],
        },
        "for all flavors",
    ),
)


@pytest.mark.parametrize(
    ("prototype", "params", "message"), [*REFUSED, *(("kueue-queue", *each) for each in QUEUES)]
)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    error = raised.value
    assert message in f"{error} {getattr(error, 'hint', '')}"
