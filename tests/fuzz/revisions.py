"""Revisions of a small app at random, and the state of a cluster to compare."""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import Manifest, ObjectRef, ref_of
from dlctl.plan.applyset import parent_of
from dlctl.plan.compare.compare import clean
from dlctl.plan.model import Scope
from tests.plan.targets import manifest

KINDS = (
    ("v1", "ServiceAccount"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("v1", "Secret"),
    ("v1", "ConfigMap"),
    ("v1", "Service"),
    ("batch/v1", "CronJob"),
)
"""Kinds of several waves, which no controller changes."""


def body_of(api_version: str, kind: str, name: str, value: str) -> dict[str, Any]:
    """An object in which `value` stands somewhere."""
    containers = [{"name": "main", "image": f"none:{value}"}]
    job = {"template": {"spec": {"containers": containers, "restartPolicy": "Never"}}}
    specific: Mapping[str, dict[str, Any]] = {
        "ServiceAccount": {"automountServiceAccountToken": value == "1"},
        "Role": {"rules": [{"apiGroups": [""], "resources": [f"pods{value}"], "verbs": ["get"]}]},
        "Secret": {"stringData": {"password": f"hunter-{value}"}},
        "ConfigMap": {"data": {"value": value, f"only-{value}": ""}},
        "Service": {"spec": {"ports": [{"port": 80 + int(value)}], "selector": {"app": value}}},
        "CronJob": {"spec": {"schedule": f"{value} 1 * * *", "suspend": True, "jobTemplate": {"spec": job}}},
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **specific[kind]}


def revision(where: Scope, seed: int, names: str = "abcd", kinds: int = len(KINDS)) -> list[Manifest]:
    """Some objects of some kinds, each in one of two components and with one of three values."""
    chance = random.Random(seed)
    found = [
        manifest(
            body_of(*key, f"{key[1].lower()}-{name}", str(chance.randrange(3))), where, chance.choice("xy")
        )
        for key in KINDS[:kinds]
        if chance.random() < 0.9
        for name in names
        if chance.random() < 0.6
    ]
    return found or revision(where, seed + 1_000_003, names, kinds)


State = Mapping[ObjectRef, Mapping[str, Any]]


def state_of(cluster: Cluster, where: Scope) -> State:
    """All objects of the target, and its parent, without what the server fills in."""
    found = {}
    for key in KINDS:
        for body in cluster.list(cluster.resource(*key), where.namespace, labels=where.selector):
            found[ref_of(body)] = _comparable(body)
    parent = parent_of(where.app, where.environment, where.namespace).ref
    assert parent in found, "the parent has the target's labels"
    return found


def refs_of(manifests: Iterable[Manifest], where: Scope) -> set[ObjectRef]:
    """The objects of a revision, with the parent."""
    parent = parent_of(where.app, where.environment, where.namespace).ref
    return {parent, *(each.ref for each in manifests)}


def _comparable(body: Mapping[str, Any]) -> Mapping[str, Any]:
    cleaned = clean(body)
    spec = cleaned.get("spec")
    if isinstance(spec, dict):
        cleaned["spec"] = {key: spec[key] for key in spec if key not in ("clusterIP", "clusterIPs")}
    return cleaned
