"""Read the groups of nodes in cluster.yaml."""

from dlctl.app.reader import Reader
from dlctl.errors import AppError
from dlctl.nodes.inventory.groups import GroupDevices, NodeGroup, Taint
from dlctl.nodes.inventory.model import Mode, Rdma
from dlctl.suggest import did_you_mean


def read_groups(reader: Reader) -> tuple[NodeGroup, ...] | None:
    """The groups; None if the file has none, because nodes could not be listed. Raises AppError."""
    if "nodes" not in reader.values:
        return None
    return tuple(_group(each) for each in reader.readers("nodes"))


def _group(reader: Reader) -> NodeGroup:
    reader.only("count", "devices", "rdma", "cpu", "memory", "labels", "taints", "names")
    labels, rdma = reader.child("labels"), reader.child("rdma")
    return NodeGroup(
        count=reader.number("count"),
        devices=tuple(_devices(each) for each in reader.readers("devices")),
        rdma=_rdma(rdma) if rdma else None,
        cpu=reader.number("cpu"),
        memory=reader.text("memory"),
        labels={key: labels.text(key) for key in labels.values} if labels else {},
        taints=tuple(_taint(each) for each in reader.readers("taints")),
        names=reader.texts("names"),
    )


def _devices(reader: Reader) -> GroupDevices:
    reader.only("resource", "count", "model", "mode", "part", "replicas")
    return GroupDevices(
        reader.required_text("resource"),
        reader.number("count"),
        reader.text("model"),
        _mode(reader),
        reader.text("part"),
        reader.number("replicas", 1),
    )


def _mode(reader: Reader) -> Mode:
    text = reader.required_text("mode")
    try:
        return Mode(text)
    except ValueError as error:
        hint = did_you_mean(text, Mode, f"modes: {', '.join(Mode)}")
        raise AppError(f"unknown mode '{text}'", location=reader.place("mode"), hint=hint) from error


def _rdma(reader: Reader) -> Rdma:
    reader.only("adapters", "rateGbps", "link")
    return Rdma(reader.number("adapters") or None, reader.number("rateGbps") or None, reader.text("link"))


def _taint(reader: Reader) -> Taint:
    reader.only("key", "value", "effect")
    return Taint(reader.required_text("key"), reader.text("value"), reader.required_text("effect"))
