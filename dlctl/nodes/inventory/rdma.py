"""A node's RDMA network, by its labels and its resources."""

from collections.abc import Mapping

from dlctl.nodes.inventory import names
from dlctl.nodes.inventory.amounts import whole
from dlctl.nodes.inventory.model import Rdma


def rdma_of(labels: Mapping[str, str], capacity: Mapping[str, int]) -> Rdma | None:
    """What labels and resources say together; None where neither says that there is any.

    The amount of a shared resource is no number of adapters, and is not taken for one.
    """
    if labels.get(names.DETECTED_FABRIC):
        return _detected(labels)
    resources = [name for name, value in capacity.items() if value and names.is_rdma(name)]
    links = [link for label, link in names.RDMA_LINKS.items() if labels.get(label) == "true"]
    links += [names.RDMA_RESOURCES[name] for name in resources if names.RDMA_RESOURCES.get(name)]
    available = any(labels.get(label) == "true" for label in names.RDMA_AVAILABLE)
    if not resources and not links and not available:
        return None
    adapters, rate = _adapters(labels)
    counted = sum(whole(capacity[name]) for name in resources if name in names.COUNTED_RDMA)
    return Rdma(adapters or counted or None, rate, "+".join(dict.fromkeys(links)))


def _detected(labels: Mapping[str, str]) -> Rdma:
    """What was measured on the host itself, before what adapters of its models could do."""
    fabric, state = labels[names.DETECTED_FABRIC], labels.get(names.DETECTED_STATE, "active")
    link = names.FABRICS.get(fabric, fabric)
    ports = labels.get(names.DETECTED_PORTS, "")
    rate = labels.get(names.DETECTED_RATE, "").partition(".")[0]
    return Rdma(
        int(ports) if ports.isdecimal() else None,
        int(rate) if rate.isdecimal() else None,
        link if state == "active" else f"{link} {state}",
    )


def _adapters(labels: Mapping[str, str]) -> tuple[int, int | None]:
    """How many adapters the labels count (0: they do not), and the rate where all are of one."""
    count, rates = 0, set()
    for label, value in labels.items():
        match = names.NIC.match(label) if label.startswith(names.NIC_PREFIX) else None
        if match is None or match["model"] not in names.NIC_RATES:
            continue
        rates.add(names.NIC_RATES[match["model"]])
        if match["fact"] == "count" and value.isdecimal():
            count += int(value)
    return count, rates.pop() if len(rates) == 1 else None
