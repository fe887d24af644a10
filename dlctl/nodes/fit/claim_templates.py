"""Claims that are made for each pod: of a StatefulSet's volumeClaimTemplates, and of ephemeral volumes."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import PodRequest


def claim_templates(request: PodRequest) -> tuple[JsonObject, ...]:
    """A claim of each kind that every pod gets for itself; its name is that of the template or the volume."""
    return tuple(
        _claim(template, name, request.namespace) for name, template in _templates(request) if template
    )


def _templates(request: PodRequest) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    if request.kind == "StatefulSet":
        for each in request.object_spec.get("volumeClaimTemplates") or ():
            yield str((each.get("metadata") or {}).get("name")), each
    for volume in request.spec.get("volumes") or ():
        yield str(volume.get("name")), (volume.get("ephemeral") or {}).get("volumeClaimTemplate")


def _claim(template: Mapping[str, Any], name: str, namespace: str) -> JsonObject:
    metadata = {**(template.get("metadata") or {}), "name": name, "namespace": namespace}
    return {"metadata": metadata, "spec": template.get("spec") or {}}
