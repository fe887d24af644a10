"""The namespaces of a plan's objects: which exist, and which will be created."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden, NotFound
from dlctl.kinds import FOUNDATION, NAMESPACE
from dlctl.labels import MANAGED_BY, MANAGER
from dlctl.manifest import Manifest, ObjectRef
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions
from dlctl.plan.parallel import in_parallel

NAMESPACE_IN_PLAN = "its namespace is created in this plan"


class Namespaces(Struct, frozen=True):
    """Namespaces that are `missing` or `terminating`; unreadable ones count as existing."""

    missing: frozenset[str]
    terminating: frozenset[str]


def find_namespaces(cluster: Cluster, names: Iterable[str], threads: int) -> Namespaces:
    """Look up each namespace."""
    wanted = sorted(names)
    resource = cluster.resource("v1", NAMESPACE.kind) if wanted else None
    states = in_parallel(lambda name: _state(cluster, resource, name), wanted, threads)
    by_state: Mapping[str, str] = dict(zip(wanted, states, strict=True))
    return Namespaces(
        missing=frozenset(name for name, state in by_state.items() if state == "missing"),
        terminating=frozenset(name for name, state in by_state.items() if state == "ending"),
    )


def _state(cluster: Cluster, resource: Resource | None, name: str) -> str:
    if resource is None:
        return ""
    try:
        body = cluster.get(resource, name)
    except NotFound:
        return "missing"
    except Forbidden:
        return "there"
    return "ending" if body["metadata"].get("deletionTimestamp") else "there"


def namespace_step(name: str, resource: Resource, options: PlanOptions) -> Step:
    """The step for a missing namespace that is not among the manifests."""
    ref = ObjectRef(NAMESPACE.group, NAMESPACE.kind, "", name)
    if options.create_namespace:
        manifest = namespace_manifest(name)
        return Step(
            Action.CREATE,
            ref,
            FOUNDATION,
            manifest=manifest,
            resource=resource,
            merged=manifest.body,
            unchecked=True,
        )
    return Step(
        Action.UNKNOWN,
        ref,
        FOUNDATION,
        reason=f"namespace {name} does not exist",
        hint=f"remove --no-create-namespace, or create it: kubectl create namespace {name}",
    )


def namespace_manifest(name: str) -> Manifest:
    """The manifest of a new namespace; it has no app label, so dlctl never deletes it."""
    body = {
        "apiVersion": "v1",
        "kind": NAMESPACE.kind,
        "metadata": {"name": name, "labels": {MANAGED_BY: MANAGER}},
    }
    return Manifest(ObjectRef(NAMESPACE.group, NAMESPACE.kind, "", name), "v1", body, component="")
