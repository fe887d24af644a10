"""What an environment needs before it can be applied: rights, quota, webhooks."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.preconditions import blocked_steps
from dlctl.errors import UnknownKind
from dlctl.kinds import NAMESPACE
from dlctl.labels import environment_label
from dlctl.manifest import ObjectRef
from dlctl.plan.live.namespaces import namespace_manifest
from dlctl.plan.live.parent import resources_of
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.options import PlanOptions
from dlctl.plan.rights.model import Right
from dlctl.plan.rights.needed import (
    rights_of_digests,
    rights_of_environment,
    rights_of_owners,
    rights_of_parents,
    without_covered,
)
from dlctl.plan.rights.review import missing_rights
from dlctl.plan.rights.roles import roles_of
from dlctl.render.rendering import Rendering
from dlctl.text import listed
from dlctl.workflow.plan import plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session


class Preflight(Struct, frozen=True):
    """The rights of an environment, those that the user lacks, and what else stands against an apply.

    `notes` were emitted when it was planned; `refused` are the objects that the server does not accept.
    `remarks` say what could not be checked, and what to do about namespaces that do not exist. These are
    `namespaces`, with their manifests; `making` are the rights to create those that no component has.
    """

    environment: str
    app: str
    rights: tuple[Right, ...]
    missing: frozenset[Right]
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    making: frozenset[Right] = frozenset()

    @property
    def roles(self) -> tuple[dict[str, Any], ...]:
        """Minimal Roles and ClusterRole with these permissions.

        Namespaces of Roles that do not exist come first, and so nobody needs permission to make them.
        """
        name = f"dlctl-{self.app}-{environment_label(self.environment)}"
        roles = roles_of(name, (right for right in self.rights if right not in self.making))
        wanted = {role["metadata"].get("namespace") for role in roles}
        return (*({**namespace_manifest(each).body} for each in self.namespaces if each in wanted), *roles)


def preflight(session: Session, environment: str) -> Preflight:
    """Plan an environment, and check the rights for all that is done with it.

    What the user may not read is not compared, which is a remark.
    Raises AppError, ParamError, RenderError or ClusterError.
    """
    seen: list[Rendering] = []
    planned = plan_environment(
        session, environment, Selection(), PlanOptions(), writing=False, rendered=seen.append
    )
    (rendering,) = seen
    cluster, own = session.connected(environment), rendering.target.environment.namespace
    plan = planned.plan
    missing_namespace = any(step.ref == _namespace(own) for step in plan.steps)
    with planned.redactor.masking_errors():
        placed = _placed(cluster, rendering, plan)
        always = rights_of_environment(placed, own, exists=True)
        first = rights_of_environment(placed, own, exists=not missing_namespace)
        further = (*rights_of_owners(plan), *rights_of_digests(plan), *rights_of_parents(plan))
        rights = without_covered((*first, *further))
        missing = frozenset(missing_rights(cluster, rights))
    refused = (
        f"{step.ref}: {step.reason}{f' ({step.hint})' if step.hint else ''}"
        for step in blocked_steps(plan)
        if not step.forbidden
    )
    masked = tuple(map(planned.redactor.mask_message, refused))
    app, notes = rendering.target.app.name, session.notes(environment)
    return Preflight(
        environment,
        app,
        rights,
        missing,
        notes,
        masked,
        remarks=tuple(_remarks(plan)),
        namespaces=tuple(step.ref.name for step in _new_namespaces(plan)),
        making=frozenset(first) - frozenset(always),
    )


def _remarks(plan: Plan) -> Iterator[str]:
    if plan.forbidden:
        refs = (str(step.ref) for step in plan.steps if step.forbidden)
        yield f"not compared, because you do not have permission to read what this needs: {listed(refs)}"
    for step in _new_namespaces(plan):
        name, apply = step.ref.name, f"dlctl apply {plan.scope.environment}"
        yield f"namespace {name} does not exist: its Role can be created only after it; -o yaml has both"
        if step.component:
            yield f"namespace {name} is an object of {step.component}: '{apply} --adopt' takes it over"


def _new_namespaces(plan: Plan) -> tuple[Step, ...]:
    """The steps that make namespaces."""
    kind = (NAMESPACE.group, NAMESPACE.kind)
    return tuple(
        step
        for step in plan.steps
        if (step.ref.group, step.ref.kind) == kind and step.action is Action.CREATE
    )


def _namespace(name: str) -> ObjectRef:
    return ObjectRef(NAMESPACE.group, NAMESPACE.kind, "", name)


def _placed(cluster: Cluster, rendering: Rendering, plan: Plan) -> list[tuple[Resource, str]]:
    """The resources of all objects that there are or will be, each with its namespace."""
    found: dict[tuple[Resource, str], None] = {}
    for manifest in rendering.manifests:
        with suppress(UnknownKind):  # the plan says that it is not served
            found[cluster.resource(*manifest.api_key), manifest.ref.namespace] = None
    if plan.applyset is None:
        return list(found)
    contents = plan.applyset.parent.contents
    earlier, _ = resources_of(cluster, contents.kinds)
    namespaces = contents.namespaces | {rendering.target.environment.namespace}
    found |= {(resource, place): None for resource in earlier for place in namespaces}
    return list(found)
