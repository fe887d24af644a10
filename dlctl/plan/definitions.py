"""CustomResourceDefinitions in a plan: what a change or a deletion does to the objects of their kinds."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.kinds import DEFINITION
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.model import Action, Step
from dlctl.text import counted, listed

_CHECKED = (
    Action.UPDATE,
    Action.REPLACE,
    Action.UNKNOWN,
)  # unknown: the API server may refuse the dry run for it
_HINT = "pass --allow-crd-downgrade to proceed anyway"


def with_definitions(
    cluster: Cluster, steps: Iterable[Step], live: Mapping[ObjectRef, LiveObject], *, allowed: bool
) -> list[Step]:
    """The steps; one that would lose objects of a kind is refused, unless `allowed`, or says how many."""
    return [
        _checked(cluster, step, live.get(step.ref), allowed=allowed)
        if step.ref.group_kind == DEFINITION
        else step
        for step in steps
    ]


def with_instances(cluster: Cluster, step: Step) -> Step:
    """The step that deletes something, with the number of objects that go with a CustomResourceDefinition."""
    if step.ref.group_kind != DEFINITION or step.action is not Action.PRUNE:
        return step
    count = _count(cluster, step.ref.name)
    if count is None:
        return replace(step, reason="how many objects go with it is not known: they cannot be listed")
    return replace(step, reason=f"{counted(count, 'object')} of this kind would be deleted with it")


def _checked(cluster: Cluster, step: Step, live: LiveObject | None, *, allowed: bool) -> Step:
    if step.action is Action.PRUNE:
        return with_instances(cluster, step)
    body = live.body if live is not None else step.live
    if allowed or body is None or step.manifest is None:
        return step
    if step.action not in _CHECKED:
        return step
    reason = _loss(cluster, body, step.manifest.body, step.ref.name)
    return replace(step, action=Action.CONFLICT, reason=reason, hint=_HINT, failed=False) if reason else step


def _loss(cluster: Cluster, live: JsonObject, stated: JsonObject, name: str) -> str:
    """Why objects would be lost or invalid; empty if they would not."""
    from dlctl.plan.compare.crd_changes import SHOWN, dropped_versions, narrowings  # only for CRDs

    if dropped := dropped_versions(live, stated):
        return f"drops version {listed(dropped)}, in which objects are stored (status.storedVersions)"
    changes = narrowings(live, stated)
    if not changes:
        return ""
    count = _count(cluster, name)
    if count == 0:
        return ""
    objects = "objects that cannot be listed" if count is None else counted(count, "object")
    return f"narrows the schema of {objects}: {listed(changes, limit=SHOWN)}"


def _count(cluster: Cluster, name: str) -> int | None:
    """The number of objects of the kind of a definition; None if they cannot be listed."""
    resource = _resource(cluster, name)
    if resource is None:
        return 0
    try:
        return sum(1 for _ in cluster.list(resource, metadata_only=True))
    except (Unreachable, Unauthorized):
        raise
    except ClusterError:
        return None


def _resource(cluster: Cluster, name: str) -> Resource | None:
    """The resource of a definition `PLURAL.GROUP`, if it is served."""
    plural, _, group = name.partition(".")
    return next((each for each in cluster.resources() if (each.plural, each.group) == (plural, group)), None)
