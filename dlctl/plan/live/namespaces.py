"""The namespaces that a plan's objects live in: which are there, and which are to be made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden, NotFound
from dlctl.kinds import FOUNDATION, NAMESPACE
from dlctl.labels import MANAGED_BY, MANAGER
from dlctl.manifest import Manifest, ObjectRef
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions
from dlctl.plan.parallel import in_parallel

MADE_WITH_IT = "its namespace is created by this same plan"


@dataclass(frozen=True, slots=True)
class Namespaces:
    """`missing` do not exist; `terminating` are being deleted. What the user may not read counts as there."""

    missing: frozenset[str]
    terminating: frozenset[str]


def find_namespaces(cluster: Cluster, names: Iterable[str], threads: int) -> Namespaces:
    """Look each one up."""
    wanted = sorted(names)
    resource = cluster.resource("v1", "Namespace") if wanted else None
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
    """The step for a namespace that is missing and that no manifest states."""
    ref = ObjectRef("", "Namespace", "", name)
    if options.create_namespace:
        manifest = namespace_manifest(name)
        return Step(
            Action.CREATE, ref, FOUNDATION, manifest=manifest, resource=resource, merged=manifest.body
        )
    return Step(
        Action.UNKNOWN,
        ref,
        FOUNDATION,
        reason=f"namespace {name} does not exist",
        hint=f"leave out --no-create-namespace, or create it: kubectl create namespace {name}",
    )


def namespace_manifest(name: str) -> Manifest:
    """A namespace as we make one. It carries no app's label: it is never deleted by us."""
    body = {
        "apiVersion": "v1",
        "kind": NAMESPACE.kind,
        "metadata": {"name": name, "labels": {MANAGED_BY: MANAGER}},
    }
    return Manifest(ObjectRef("", "Namespace", "", name), "v1", body, component="")
