"""The step that deletes an object and creates it again."""

from dlctl.cluster.protocol import Resource
from dlctl.kinds import wave_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.compare import clean, compare
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.compare.take_over import without_dropped
from dlctl.plan.model import Action, Step


def replaced(manifest: Manifest, resource: Resource, live: JsonObject, reason: str) -> Step:
    """The step; `reason` says why the object is not changed in place. Its new state is an estimate."""
    old = clean(live)
    new = overlay(clean(without_dropped(live, manifest.body)), clean(manifest.body))
    return Step(
        Action.REPLACE,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        live=old,
        merged=new,
        changes=compare(old, new),
        reason=f"{reason}: delete and recreate",
    )
