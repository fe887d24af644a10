"""Whether a claim that waits for its first pod could get a volume (component-helpers storage/volume)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import Labels, Storage
from dlctl.nodes.fit.terms import label_selector
from dlctl.nodes.inventory.amounts import thousandths

_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_NO_PROVISIONER = "kubernetes.io/no-provisioner"


def class_of(claim: JsonObject, classes: Sequence[JsonObject]) -> JsonObject | None:
    """The StorageClass of a claim; the default one where it states none; None where there is none."""
    metadata, stated = claim.get("metadata") or {}, (claim.get("spec") or {}).get("storageClassName")
    name = (metadata.get("annotations") or {}).get(_OLD_CLASS, stated)
    for each in classes:
        own = each.get("metadata") or {}
        if name is None and (own.get("annotations") or {}).get(_DEFAULT) == "true":
            return each
        if name and own.get("name") == name:
            return each
    return None


def could_bind(
    claim: JsonObject, storage: Storage, here: Callable[[JsonObject], bool], labels: Labels
) -> bool:
    """Whether a volume `here` is free for the claim, or its class makes one on a node of these labels."""
    if free_volume(claim, storage, here) is not None:
        return True
    known = class_of(claim, storage.classes) or {}
    return known.get("provisioner") != _NO_PROVISIONER and _allowed(known.get("allowedTopologies"), labels)


def free_volume(claim: JsonObject, storage: Storage, here: Callable[[JsonObject], bool]) -> JsonObject | None:
    """The smallest volume `here` that is free for the claim; None where there is none."""
    known = class_of(claim, storage.classes) or {}
    name = (known.get("metadata") or {}).get("name")
    found = (each for each in storage.volumes if _free_for(each, claim, name) and here(each))
    return min(found, key=_capacity, default=None)


def _capacity(volume: JsonObject) -> int:
    return thousandths(str(((volume.get("spec") or {}).get("capacity") or {}).get("storage", "0")))


def _allowed(terms: Sequence[Mapping[str, Any]] | None, labels: Labels) -> bool:
    if not terms:
        return True
    return any(
        all(
            labels.get(str(each.get("key"))) in (each.get("values") or ())
            for each in term.get("matchLabelExpressions") or ()
        )
        for term in terms
    )


def _free_for(volume: JsonObject, claim: JsonObject, class_name: str | None) -> bool:
    """FindMatchingVolume: class, mode, access modes, selector and size, and nobody else's."""
    spec, wanted = volume.get("spec") or {}, claim.get("spec") or {}
    owner, own = spec.get("claimRef"), claim.get("metadata") or {}
    if owner and (owner.get("namespace"), owner.get("name")) != (own.get("namespace"), own.get("name")):
        return False
    if not owner and (volume.get("status") or {}).get("phase") != "Available":
        return False
    if (spec.get("storageClassName") or "") != (class_name or ""):
        return False
    if (spec.get("volumeMode") or "Filesystem") != (wanted.get("volumeMode") or "Filesystem"):
        return False
    if not set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ()):
        return False
    if wanted.get("selector") and not label_selector(wanted["selector"]).matches(
        (volume.get("metadata") or {}).get("labels") or {}
    ):
        return False
    asked = ((wanted.get("resources") or {}).get("requests") or {}).get("storage", "0")
    return _capacity(volume) >= thousandths(str(asked))
