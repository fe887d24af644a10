"""Devices of simulated nodes: slices come, change and go with their nodes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import SandboxError
from dlctl.sandbox.host.server import JSON, Server
from dlctl.sandbox.nodes.nodes import parse_nodes
from dlctl.sandbox.nodes.publish import CLASSES, SLICES, publish


class Memory(Server):
    """An API server's slices and classes, in memory; without `served` it has none of these kinds."""

    def __init__(self, *, served: bool = True) -> None:
        self.served = served
        self.objects: dict[str, dict[str, Any]] = {}
        self.written: list[str] = []

    def get(self, path: str) -> Any:
        items = [each for key, each in self.objects.items() if key.startswith(f"{path}/")]
        return {"items": items} if self.served else None

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, content_type: str = JSON
    ) -> tuple[int, Any]:
        if body is not None and f"{path}/{body['metadata']['name']}" in self.objects:
            return 409, {}
        self.written.append(method)
        if method == "DELETE":
            return 200, self.objects.pop(path)
        assert body is not None
        self.objects[f"{path}/{body['metadata']['name']}"] = dict(body)
        return 201, body

    def names(self, path: str) -> list[str]:
        return sorted(each["metadata"]["name"] for each in self.get(path)["items"])


def test_slices_follow_their_nodes(tmp_path: Path) -> None:
    server = Memory()
    publish(server, parse_nodes("h100x8-dra=2,cpu-only"), ())
    assert server.names(SLICES) == ["h100x8-dra-0-gpu.nvidia.com", "h100x8-dra-1-gpu.nvidia.com"]
    assert server.names(CLASSES) == ["gpu.nvidia.com", "mig.nvidia.com"]

    server.written.clear()
    publish(server, parse_nodes("h100x8-dra=2"), ())
    assert server.written == [], "nothing is different"

    fewer = "nodes: [{shape: h100x8-dra, devices: [{count: 4, product: NVIDIA H200}]}]"
    (tmp_path / "nodes.yaml").write_text(fewer)
    publish(server, parse_nodes(str(tmp_path / "nodes.yaml")), ["h100x8-dra-1"])
    (left,) = server.get(SLICES)["items"]
    assert left["spec"]["nodeName"] == "h100x8-dra-0"
    assert len(left["spec"]["devices"]) == 4

    (tmp_path / "nodes.yaml").write_text("nodes: [{shape: h100x8-dra, devices: []}]")
    publish(server, parse_nodes(str(tmp_path / "nodes.yaml")), ())
    assert server.names(SLICES) == []


def test_a_server_without_devices_is_named_where_they_are_asked_for() -> None:
    old = Memory(served=False)
    publish(old, parse_nodes("cpu-only"), ())
    with pytest.raises(SandboxError, match=r"need resource\.k8s\.io/v1"):
        publish(old, parse_nodes("h100x8-dra"), ())
