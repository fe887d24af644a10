"""The rights that a plan needs, and those of all that is done with an environment."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dlctl.cluster.identity import KUBE_SYSTEM
from dlctl.cluster.protocol import Resource
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.rights.model import Right

NAMESPACES = "namespaces"
CONFIG_MAPS = "configmaps"
LEASE_GROUP = "coordination.k8s.io"
EVERY_VERB = ("create", "delete", "list", "patch")
"""What is done with objects: they are found, tried, applied, replaced and pruned.

Neither get nor watch is among them: where they are refused, objects are listed again, also by who waits."""

_VERBS = {
    Action.CREATE: ("create", "patch"),
    Action.UPDATE: ("patch",),
    Action.REPLACE: ("create", "delete", "patch"),
    Action.PRUNE: ("delete",),
    Action.UNCHANGED: ("patch",),
}
"""The verbs of the requests that write; server-side apply of a new object needs two."""
_UNDECIDED = ("create", "list", "patch")
"""The verbs for an object that is created or updated, which the user may not read."""


def rights_of_plan(plan: Plan) -> tuple[Right, ...]:
    """The rights that writing a plan needs; none for a plan that writes nothing."""
    named = (Right(ref.namespace, "", _plural(ref), "list", ref.name) for ref in plan.unread)
    return tuple(sorted({*_of_parent(plan), *named, *rights_of_deletion(plan)}))


def rights_of_deletion(plan: Plan) -> tuple[Right, ...]:
    """The rights that a plan of a deletion needs. The parent of the ApplySet may stay: that is a note."""
    steps = (right for step in plan.steps for right in _of_step(step))
    return tuple(sorted({*steps, *rights_of_owners(plan)}))


def rights_of_owners(plan: Plan) -> tuple[Right, ...]:
    """The rights to change who owns fields: of what is taken over, and of what dlctl.yaml releases.

    The metadata of each of these objects is read, and patched.
    """
    steps = (*(step for step in plan.steps if step.earlier_managers), *plan.releases)
    return tuple(right for step in steps for verb in ("get", "patch") for right in _named(step, verb))


def rights_of_digests(plan: Plan) -> tuple[Right, ...]:
    """The rights to read what is in digests of pod templates, and is not rendered by the app."""
    refs = {*plan.used, *plan.unread}
    return tuple(Right(ref.namespace, "", _plural(ref), "list") for ref in refs)


def rights_of_parents(plan: Plan) -> tuple[Right, ...]:
    """The rights to delete the parents of the ApplySet, as a deletion of the environment does."""
    found = (plan.applyset.parent, *plan.applyset.replaced) if plan.applyset else ()
    return tuple(Right(each.ref.namespace, "", CONFIG_MAPS, "delete", each.ref.name) for each in found)


def without_covered(rights: Iterable[Right]) -> tuple[Right, ...]:
    """The rights, sorted, without those for one object where there is the same for all of them."""
    every = set(rights)
    return tuple(sorted(each for each in every if not each.name or replace(each, name="") not in every))


def rights_of_environment(
    placed: Iterable[tuple[Resource, str]], namespace: str, *, exists: bool
) -> tuple[Right, ...]:
    """The rights for plan, apply, prune and wait, by the resources of the objects and their namespaces.

    The ApplySet's parent and the lock are in the environment's `namespace`, which may have to be made first.
    """
    found = {
        Right(place if resource.namespaced else "", resource.group, resource.plural, verb)
        for resource, place in placed
        for verb in EVERY_VERB
    }
    found |= {Right(namespace, "", CONFIG_MAPS, verb) for verb in ("create", "get", "patch")}
    found |= {Right(namespace, LEASE_GROUP, "leases", verb) for verb in ("create", "get", "update")}
    found |= {Right("", "", NAMESPACES, "get", KUBE_SYSTEM)}
    if not exists:
        found |= {Right("", "", NAMESPACES, "get", namespace), Right("", "", NAMESPACES, "patch", namespace)}
        found |= {Right("", "", NAMESPACES, "create")}
    return tuple(sorted(found))


def _of_parent(plan: Plan) -> Iterator[Right]:
    """Only a plan that deletes must write the parent of its ApplySet."""
    if plan.applyset is None or not plan.count(Action.PRUNE):
        return
    parent = plan.applyset.parent
    yield Right(parent.ref.namespace, "", CONFIG_MAPS, "patch", parent.ref.name)
    if not parent.uid:
        yield Right(parent.ref.namespace, "", CONFIG_MAPS, "create")


def _plural(ref: ObjectRef) -> str:
    """The resource of what digests are made of."""
    return {"Secret": "secrets", "ConfigMap": CONFIG_MAPS}[ref.kind]


def _of_step(step: Step) -> Iterator[Right]:
    verbs = _UNDECIDED if step.forbidden else _VERBS.get(step.action, ())
    for verb in verbs if step.needs_request else ():
        yield from _named(step, verb)


def _named(step: Step, verb: str) -> Iterator[Right]:
    """The right for the object of a step; where it is made, for any of its kind."""
    resource = step.resource
    if resource is not None:
        place = step.ref.namespace if resource.namespaced else ""
        name = "" if verb == "create" else step.ref.name
        yield Right(place, resource.group, resource.plural, verb, name)
