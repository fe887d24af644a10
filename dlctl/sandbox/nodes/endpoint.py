"""Where the API server finds the kubelet of a simulated node."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from dlctl.sandbox.host.commands import KUBELET_ADDRESS

_READY = '.status.conditions.[] | select( .type == "Ready" ) | .status'
_TEMPLATE = """\
daemonEndpoints: {kubeletEndpoint: {Port: PORT}}
addresses:
- ADDRESS
{{ $types := "" }}{{ range .status.addresses }}{{ $types = printf "%s %s" $types .type }}{{ end }}
{{ if not (contains "InternalIP" $types) }}{{ $number := adler32sum .metadata.name | int64 }}
- {type: InternalIP, address: "172.20.{{ mod (div $number 250) 250 }}.{{ add 1 (mod $number 250) }}"}
{{ end }}
{{ if not (contains "Hostname" $types) }}
- {type: Hostname, address: {{ .metadata.name | Quote }}}
{{ end }}
"""


def with_endpoint(node: Mapping[str, Any], port: int) -> Mapping[str, Any]:
    """The node with its kubelet at this port, unless 0, and with the addresses that it lacks."""
    if not port:
        return node
    name, status = node["metadata"]["name"], node["status"]
    number = zlib.adler32(name.encode())
    internal = f"172.20.{number // 250 % 250}.{number % 250 + 1}"
    own = {each.get("type"): each for each in status.get("addresses") or ()}
    usual = {
        "InternalIP": {"type": "InternalIP", "address": internal},
        "Hostname": {"type": "Hostname", "address": name},
    }
    addresses = {**usual, **own, KUBELET_ADDRESS["type"]: KUBELET_ADDRESS}
    endpoint = {"daemonEndpoints": {"kubeletEndpoint": {"Port": port}}}
    return {**node, "status": {**status, **endpoint, "addresses": list(addresses.values())}}


def endpoint_stage(port: int) -> Any:
    """The stage that does the same for nodes of others and after a restart; kwok prefers it to other stages.

    kwok's stage for nodes that are not ready removes addresses, so this one is for ready nodes.
    """
    kind, address = KUBELET_ADDRESS["type"], KUBELET_ADDRESS["address"]
    key = (
        f'[(.status.addresses[]? | select(.type == "{kind}") | .address), '
        '(.status.daemonEndpoints.kubeletEndpoint.Port | tostring)] | join(":")'
    )
    ready = {"key": _READY, "operator": "In", "values": ["True"]}
    expression = {"key": key, "operator": "NotIn", "values": [f"{address}:{port}"]}
    status = _TEMPLATE.replace("PORT", str(port)).replace("ADDRESS", json.dumps(KUBELET_ADDRESS))
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": "node-endpoint"},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": "Node"},
            "selector": {"matchExpressions": [ready, expression]},
            "weight": 1,
            "next": {"statusTemplate": status},
        },
    }
