"""Claims that are made for each pod: of the volumeClaimTemplates of a set, and of ephemeral volumes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import PodRequest


def claim_templates(request: PodRequest) -> tuple[JsonObject, ...]:
    """A claim of each kind that every pod gets for itself; its name is that of the template or the volume."""
    return tuple(
        _claim(template, name, request.namespace) for name, template in _templates(request) if template
    )


def kept_claims(request: PodRequest, claims: Iterable[JsonObject]) -> dict[tuple[str, int], JsonObject]:
    """The claims that pods of a StatefulSet have already, by template and by which pod of it: the first is 0.

    The controller names them after template, set and ordinal, and they stay when their pod goes.
    """
    if request.kind != "StatefulSet":
        return {}
    known = {
        str((each.get("metadata") or {}).get("name")): each
        for each in claims
        if (each.get("metadata") or {}).get("namespace") == request.namespace
    }
    start = int((request.object_spec.get("ordinals") or {}).get("start") or 0)
    names = [str((each["metadata"]).get("name")) for each in claim_templates(request)]
    found = (
        ((name, number), known.get(f"{name}-{request.name}-{start + number}"))
        for number in range(request.count or 0)
        for name in names
    )
    return {key: claim for key, claim in found if claim is not None}


def _templates(request: PodRequest) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    if request.kind in ("StatefulSet", "LeaderWorkerSet"):
        stated = request.object_spec
        holder = stated if request.kind == "StatefulSet" else stated.get("leaderWorkerTemplate") or {}
        for each in holder.get("volumeClaimTemplates") or ():
            yield str((each.get("metadata") or {}).get("name")), each
    for volume in request.spec.get("volumes") or ():
        yield str(volume.get("name")), (volume.get("ephemeral") or {}).get("volumeClaimTemplate")


def _claim(template: Mapping[str, Any], name: str, namespace: str) -> JsonObject:
    metadata = {**(template.get("metadata") or {}), "name": name, "namespace": namespace}
    return {"metadata": metadata, "spec": template.get("spec") or {}}
