"""What the devices behind a node's resources are, by its labels."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from dlctl.nodes.host.hardware.gpu_models import gpu_model
from dlctl.nodes.inventory import names
from dlctl.nodes.inventory.gpu_model import mig_profile, short_model
from dlctl.nodes.inventory.model import DeviceKind, Mode

Labels = Mapping[str, str]


def device_kind(resource: str, labels: Labels) -> DeviceKind:
    """The kind of a resource's devices on the node that has these labels."""
    if not names.is_device(resource):
        return DeviceKind(resource, "", Mode.OTHER)
    vendor = resource.partition("/")[0]
    model, part = _own_names(resource)
    model = model or model_of(vendor, labels)
    if resource.startswith(names.MIG):
        prefix = resource.removesuffix(names.SHARED)
        replicas = _number(labels.get(f"{prefix}.replicas", ""))
        return DeviceKind(resource, model, Mode.MIG_MIXED, part.removeprefix("mig-"), max(1, replicas))
    if resource in names.VGPU:
        return DeviceKind(resource, model_of("nvidia.com", labels), Mode.VGPU)
    if part:
        return DeviceKind(resource, model, Mode.PARTITION, part.strip("-."))
    return _whole(resource, model, labels if vendor == "nvidia.com" else {})


def _whole(resource: str, model: str, labels: Labels) -> DeviceKind:
    """A resource that counts GPUs, unless the labels of NVIDIA's plugin say that it counts shares."""
    replicas = max(1, _number(labels.get(names.GPU_REPLICAS, "")))
    shared = replicas > 1 or resource.endswith(names.SHARED)
    profile = mig_profile(labels.get(names.VENDOR_LABELS["nvidia.com"][0], ""))
    if profile and labels.get(names.MIG_STRATEGY) == "single":
        return DeviceKind(resource, model, Mode.MIG_SINGLE, profile, replicas)
    return DeviceKind(resource, model, Mode.SHARED if shared else Mode.EXCLUSIVE, replicas=replicas)


def model_of(vendor: str, labels: Labels) -> str:
    """The short model of a node's devices: the vendor's label, else any; empty where none has it."""
    for label in (*names.VENDOR_LABELS.get(vendor, ()), *names.ANY_VENDOR_LABELS):
        if found := short_model(labels.get(label, "")):
            return found
    models = labelled_models(labels) or pci_models(labels, vendor)
    return models[0] if len(models) == 1 else ""


def pci_models(labels: Labels, vendor: str = "") -> tuple[str, ...]:
    """The models that PCI labels name by their IDs, where Node Feature Discovery is set up to have these.

    Only those of a resource's vendor, where its PCI ID is known.
    """
    ids = names.PCI_VENDORS.get(vendor)
    found = (gpu_model(id_) for id_ in _pci_ids(labels) if not ids or id_.startswith(f"{ids}:"))
    return tuple(sorted({short_model(model.full_name) for model in found if model}))


def _pci_ids(labels: Labels) -> Iterator[str]:
    """`vendor:device` of each PCI label with both; they stand side by side, whatever else the label has."""
    for label, value in labels.items():
        match = names.PCI_LABEL.match(label) if label.startswith(names.PCI_PREFIX) else None
        if match and value == "true":
            yield from (":".join(pair) for pair in pairwise(match["parts"].split("_")))


def labelled_models(labels: Labels) -> tuple[str, ...]:
    """The models that labels of their own say are there."""
    return tuple(sorted(_labelled(labels)))


def _labelled(labels: Labels) -> Iterator[str]:
    for label, value in labels.items():
        match = names.MODEL_LABEL.match(label) if label.startswith(names.MODEL_PREFIXES) else None
        if match and value == "true":
            yield short_model(match["model"])


def promises_devices(labels: Labels) -> bool:
    """Whether labels say that a node has accelerators, whatever its plugins offer."""
    if labels.get(names.GPU_PRESENT) == "true" or _number(labels.get(names.GPU_COUNT, "")):
        return True
    if any(labels.get(label) for own in names.VENDOR_LABELS.values() for label in own):
        return True
    if pci_models(labels):
        return True
    return any(value == "true" and _is_gpu(label) for label, value in labels.items())


def _is_gpu(label: str) -> bool:
    """Whether a PCI label of NFD is of an accelerator: `pci-10de`, `pci-0302_10de`, `pci-1200_1002_740f`."""
    match = names.PCI_LABEL.match(label) if label.startswith(names.PCI_PREFIX) else None
    parts = match["parts"].split("_") if match else []
    if parts == [names.NVIDIA_PCI] or parts[:2] == ["0300", names.NVIDIA_PCI]:
        return True
    return len(parts) > 1 and parts[0] in names.GPU_CLASSES and parts[1] in names.GPU_VENDORS


def _own_names(resource: str) -> tuple[str, str]:
    """The model and the part that a resource itself names."""
    if resource in names.DEVICES:
        return names.DEVICES[resource], "core" if resource.endswith("/neuroncore") else ""
    for pattern in names.DEVICE_PATTERNS:
        if match := pattern.match(resource):
            found = match.groupdict()
            return found.get("model") or "", found.get("variant") or ""
    return "", ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
