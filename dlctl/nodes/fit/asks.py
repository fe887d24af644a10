"""What pods ask for, in words: `8 V100 and rdma/hca_shared_devices_a`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.model import Pod
from dlctl.nodes.inventory.amounts import THOUSANDTHS
from dlctl.nodes.inventory.gpu_model import short_model
from dlctl.nodes.inventory.names import DEVICES, PRODUCT_LABELS, is_device
from dlctl.text import enumerated


def asked_resources(pod: Pod) -> tuple[str, ...]:
    """What a pod is about: its devices and other extended resources, else cpu and memory.

    Nothing where it claims devices (DRA) and asks for no extended resource.
    """
    extended = sorted((name for name in pod.requests if "/" in name), key=lambda n: (not is_device(n), n))
    if pod.claimed and not extended:
        return ()
    return tuple(extended) or tuple(name for name in ("cpu", "memory") if name in pod.requests)


def asks_of(pod: Pod) -> str:
    """What a pod asks for; empty where it asks for nothing."""
    model = selected_model(pod.spec)
    asked = [pod.claimed.title] if pod.claimed.title else []
    asked += [_one(name, pod.requests[name], model) for name in asked_resources(pod)]
    return enumerated(asked) if asked else ""


def _one(resource: str, amount: int, model: str) -> str:
    if model and resource in DEVICES:
        return f"{written(resource, amount)} {model}"
    if "/" in resource and not is_device(resource) and amount == THOUSANDTHS:
        return resource
    return f"{written(resource, amount)} {resource}"


def selected_model(spec: JsonObject) -> str:
    """The model of accelerator that a pod's selector or affinity pins; empty where it is none, or several."""
    models = {short_model(str(value)) for value in _products(spec)}
    if len(models) == 1:
        return models.pop()
    families = {model.partition("-")[0] for model in models}
    return families.pop() if len(families) == 1 else ""


def _products(spec: JsonObject) -> Iterator[str]:
    selector: Mapping[str, Any] = spec.get("nodeSelector") or {}
    stated = [str(selector[label]) for label in PRODUCT_LABELS if label in selector]
    if stated:
        yield stated[0]
        return
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = [list(_of_term(term)) for term in required.get("nodeSelectorTerms") or ()]
    if all(terms):
        yield from (value for values in terms for value in values)


def _of_term(term: Mapping[str, Any]) -> Iterable[str]:
    """The values of the first condition on a product that names them."""
    for each in term.get("matchExpressions") or ():
        if each.get("key") in PRODUCT_LABELS and each.get("operator") == "In":
            return map(str, each.get("values") or ())
    return ()
