"""Which devices may be added up: by resource, model, and how they are handed out."""

import pytest

from dlctl.nodes.inventory.gpu_model import is_model, short_model
from dlctl.nodes.inventory.model import Mode
from dlctl.nodes.inventory.totals import totals
from tests.nodes.inventory.objects import GPU, codes, inventory, node, only_devices, only_node, pod, takes

H100 = {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("NVIDIA-H100-80GB-HBM3", "H100-80G"),
        ("NVIDIA-H100-NVL", "H100-NVL"),
        ("NVIDIA-H200", "H200"),
        ("nvidia-h200-141gb", "H200"),
        ("nvidia-h100-80gb", "H100-80G"),
        ("Tesla-V100-SXM2-32GB", "V100-32G"),
        ("nvidia-tesla-v100", "V100"),
        ("Tesla-T4", "T4"),
        ("Tesla-T4-SHARED", "T4"),
        ("NVIDIA-A100-SXM4-40GB", "A100-40G"),
        ("NVIDIA A100 80GB PCIe", "A100-80G"),
        ("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", "A100-40G"),
        ("NVIDIA-L40S", "L40S"),
        ("NVIDIA-GeForce-RTX-4090", "RTX-4090"),
        ("NVIDIA-GH200-480GB", "GH200-480G"),
        ("Instinct_MI210", "MI210"),
        ("AMD_Instinct_MI300X_OAM", "MI300X"),
        ("A100-80GB", "A100-80G"),
        ("", ""),
        ("NVIDIA", ""),
    ],
)
def test_the_short_model_of_a_product(product: str, model: str) -> None:
    assert short_model(product) == model


@pytest.mark.parametrize(
    ("model", "wanted", "meant"),
    [
        ("H100-80G", "H100", True),
        ("H100-80G", "h100-80g", True),
        ("H100-80G", "NVIDIA-H100-80GB-HBM3", True),
        ("GH200-480G", "H200", False),
        ("A100-80G", "A10", False),
        ("L40S", "L40", False),
        ("H100-80G", "H100-94G", False),
    ],
)
def test_a_model_is_meant_by_its_name_or_the_start_of_it(model: str, wanted: str, meant: bool) -> None:
    assert is_model(model, wanted) is meant


@pytest.mark.parametrize(
    ("resource", "labels", "label", "mode"),
    [
        (GPU, H100, "H100-80G", Mode.EXCLUSIVE),
        (GPU, {**H100, "nvidia.com/gpu.replicas": "1"}, "H100-80G", Mode.EXCLUSIVE),
        (GPU, {**H100, "nvidia.com/gpu.replicas": "4"}, "H100-80G shared×4", Mode.SHARED),
        (f"{GPU}.shared", {**H100, "nvidia.com/gpu.replicas": "4"}, "H100-80G shared×4", Mode.SHARED),
        (
            GPU,
            {
                "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3-MIG-1g.10gb",
                "nvidia.com/mig.strategy": "single",
            },
            "H100-80G 1g.10gb",
            Mode.MIG_SINGLE,
        ),
        ("nvidia.com/mig-3g.40gb", H100, "H100-80G 3g.40gb", Mode.MIG_MIXED),
        (
            "nvidia.com/mig-1g.10gb.shared",
            {**H100, "nvidia.com/mig-1g.10gb.replicas": "2"},
            "H100-80G 1g.10gb shared×2",
            Mode.MIG_MIXED,
        ),
        ("volcano.sh/vgpu-number", H100, "H100-80G vgpu", Mode.VGPU),
        ("amd.com/gpu", {"amd.com/gpu.product-name": "Instinct_MI210"}, "MI210", Mode.EXCLUSIVE),
        (
            "amd.com/cpx_nps4",
            {"amd.com/gpu.product-name": "Instinct_MI300X"},
            "MI300X cpx_nps4",
            Mode.PARTITION,
        ),
        ("huawei.com/Ascend910", {}, "Ascend910", Mode.EXCLUSIVE),
        ("huawei.com/Ascend910-4c", {}, "Ascend910 4c", Mode.PARTITION),
        ("habana.ai/gaudi", {}, "Gaudi", Mode.EXCLUSIVE),
        (
            "google.com/tpu",
            {"cloud.google.com/gke-tpu-accelerator": "tpu-v5-lite-podslice"},
            "TPU-V5-LITE-PODSLICE",
            Mode.EXCLUSIVE,
        ),
        ("gpu.intel.com/i915", {}, "?", Mode.EXCLUSIVE),
        (GPU, {"cloud.google.com/gke-accelerator": "nvidia-l4"}, "L4", Mode.EXCLUSIVE),
        (GPU, {"skypilot.co/accelerator": "v100"}, "V100", Mode.EXCLUSIVE),
        (GPU, {"feature.node.kubernetes.io/gpu-h200.present": "true"}, "H200", Mode.EXCLUSIVE),
    ],
)
def test_what_a_resource_counts(resource: str, labels: dict[str, str], label: str, mode: Mode) -> None:
    devices = only_devices(inventory([node(capacity={resource: "8"}, labels=labels)]))
    assert (devices.kind.label, devices.kind.mode) == (label, mode)


def test_unlike_resources_are_never_added_up() -> None:
    whole = node("whole", {GPU: "8"}, labels=H100)
    mixed = node("mixed", {"nvidia.com/mig-1g.10gb": "14", "nvidia.com/mig-3g.40gb": "2"}, labels=H100)
    shared = node("shared", {f"{GPU}.shared": "32"}, labels={**H100, "nvidia.com/gpu.replicas": "4"})
    other = node("other", {"amd.com/gpu": "8"})
    unnamed = node("unnamed", {GPU: "4"})
    found = inventory(
        [whole, mixed, shared, other, unnamed],
        [pod(takes(requests={"nvidia.com/mig-1g.10gb": "3"}), on="mixed")],
    )
    assert {total.kind.title: (total.free, total.total) for total in totals(found.nodes)} == {
        "H100-80G": (8, 8),
        "H100-80G 1g.10gb": (11, 14),
        "H100-80G 3g.40gb": (2, 2),
        "H100-80G shared×4": (32, 32),
        "amd.com/gpu": (8, 8),
        "nvidia.com/gpu": (4, 4),
    }


@pytest.mark.parametrize(
    "resource",
    [
        "nvidia.com/gpumem",
        "volcano.sh/vgpu-memory",
        "gpu.intel.com/millicores",
        "rdma/hca",
        "cpu",
        "example.com/fpga",
    ],
)
def test_amounts_of_a_device_and_other_resources_are_no_accelerators(resource: str) -> None:
    assert only_node(inventory([node(capacity={resource: "8"})])).devices == ()


def test_accelerators_of_two_vendors_have_their_own_models() -> None:
    labels = {**H100, "amd.com/gpu.product-name": "Instinct_MI210"}
    found = only_node(inventory([node(capacity={GPU: "4", "amd.com/gpu": "2"}, labels=labels)]))
    assert [each.kind.label for each in found.devices] == ["MI210", "H100-80G"]


def test_a_model_that_nothing_names_is_a_finding() -> None:
    found = inventory([node()])
    assert (only_devices(found).kind.label, codes(found)) == ("?", ["device-without-label"])


@pytest.mark.parametrize(
    ("label", "model"),
    [
        ("pci-10de_2330.present", "H100-80G"),
        ("pci-0302_10de_1db5.present", "V100-32G"),
        ("pci-0302_10de_1eb8_10de_12a2.present", "T4"),
        ("pci-0302_10de_ffff.present", "?"),
        ("pci-0302_10de.present", "?"),
        ("pci-10de.present", "?"),
        ("pci-1200_1002_740f.present", "?"),
        ("pci-0302_10de_2330.sriov.capable", "?"),
    ],
)
def test_a_model_by_the_ids_of_a_pci_label(label: str, model: str) -> None:
    """The AMD device of the last but one is no model of nvidia.com/gpu."""
    found = inventory([node(labels={f"feature.node.kubernetes.io/{label}": "true"})])
    assert only_devices(found).kind.label == model
    assert codes(found) == ([] if model != "?" else ["device-without-label"])


def test_a_label_with_the_product_comes_before_pci_labels() -> None:
    pci = {"feature.node.kubernetes.io/pci-10de_1eb8.present": "true"}
    assert only_devices(inventory([node(labels={**pci, **H100})])).kind.model == "H100-80G"
    amd = {"feature.node.kubernetes.io/pci-1200_1002_740f.present": "true"}
    assert only_devices(inventory([node(capacity={"amd.com/gpu": "8"}, labels=amd)])).kind.model == "MI210"


def test_pci_labels_of_several_models_name_none() -> None:
    ids = ("pci-10de_1eb8", "pci-10de_2330")
    found = inventory([node(labels={f"feature.node.kubernetes.io/{each}.present": "true" for each in ids})])
    assert only_devices(found).kind.label == "?"
    assert codes(found) == ["device-without-label", "mixed-models"]


def test_a_pci_label_of_a_known_gpu_promises_one() -> None:
    label = {"feature.node.kubernetes.io/pci-10de_2330.present": "true"}
    found = inventory([node(capacity={}, labels=label)])
    assert only_node(found).status == ("NoPlugin",)
    assert only_devices(found).kind.model == "H100-80G"


def test_several_models_on_a_node_are_a_finding() -> None:
    present = {f"feature.node.kubernetes.io/gpu-{model}.present": "true" for model in ("t4", "v100")}
    assert "mixed-models" in codes(inventory([node(labels={**H100, **present})]))


@pytest.mark.parametrize(
    "labels",
    [
        {"nvidia.com/gpu.present": "true"},
        {"nvidia.com/gpu.count": "8"},
        H100,
        {"feature.node.kubernetes.io/pci-10de.present": "true"},
        {"feature.node.kubernetes.io/pci-0302_10de.present": "true"},
        {"feature.node.kubernetes.io/pci-0302_10de_2330.present": "true"},
        {"feature.node.kubernetes.io/pci-1200_1002.present": "true"},
    ],
)
def test_labels_that_promise_devices_which_no_plugin_offers(labels: dict[str, str]) -> None:
    found = inventory([node(capacity={}, labels=labels), node("with", {GPU: "0"}, labels=labels)])
    assert [each.status for each in found.nodes] == [("NoPlugin",), ("NoPlugin",)]
    assert [(each.devices[0].capacity, each.devices[0].free) for each in found.nodes] == [(0, 0), (0, 0)]
    assert codes(found) == ["label-without-device"] * 2
    assert totals(found.nodes) == ()


@pytest.mark.parametrize(
    "label", ["pci-0300_1a03", "pci-0300_19e5", "pci-0300_1002", "pci-0300_8086", "pci-0200_15b3", "pci-15b3"]
)
def test_the_display_of_a_board_and_a_network_card_are_no_accelerators(label: str) -> None:
    found = only_node(
        inventory([node(capacity={}, labels={f"feature.node.kubernetes.io/{label}.present": "true"})])
    )
    assert (found.status, found.devices) == ((), ())


@pytest.mark.parametrize(
    ("labels", "driver"),
    [
        (
            {"nvidia.com/cuda.driver-version.full": "570.86.15", "nvidia.com/cuda.driver.major": "1"},
            "570.86.15",
        ),
        (
            {
                "nvidia.com/cuda.driver.major": "535",
                "nvidia.com/cuda.driver.minor": "183",
                "nvidia.com/cuda.driver.rev": "01",
            },
            "535.183.01",
        ),
        ({"amd.com/gpu.driver-version": "6.8.5"}, "6.8.5"),
        ({}, ""),
    ],
)
def test_the_driver_by_labels_old_and_new(labels: dict[str, str], driver: str) -> None:
    assert only_node(inventory([node(labels=labels)])).driver == driver
