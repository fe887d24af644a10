"""What an environment needs before it can be applied: rights, quota, webhooks."""

from contextlib import suppress
from typing import Any

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.preconditions import blocked_steps
from dlctl.errors import UnknownKind
from dlctl.kinds import NAMESPACE
from dlctl.labels import environment_label
from dlctl.manifest import ObjectRef
from dlctl.plan.live.parent import resources_of
from dlctl.plan.model import Plan
from dlctl.plan.options import PlanOptions
from dlctl.plan.rights.model import Right
from dlctl.plan.rights.needed import rights_of_environment, rights_of_owners
from dlctl.plan.rights.review import missing_rights
from dlctl.plan.rights.roles import roles_of
from dlctl.render.rendering import Rendering
from dlctl.workflow.plan import plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session


class Preflight(Struct, frozen=True):
    """The rights of an environment, those that the user lacks, and what else stands against an apply.

    `notes` were emitted when it was planned; `refused` are the objects that the server does not accept.
    """

    environment: str
    app: str
    rights: tuple[Right, ...]
    missing: frozenset[Right]
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[dict[str, Any], ...]:
        """Minimal Roles and ClusterRole with these permissions."""
        return roles_of(f"dlctl-{self.app}-{environment_label(self.environment)}", self.rights)


def preflight(session: Session, environment: str) -> Preflight:
    """Plan an environment, and check the rights for all that is done with it.

    Raises AppError, ParamError, RenderError or ClusterError.
    """
    seen: list[Rendering] = []
    planned = plan_environment(
        session, environment, Selection(), PlanOptions(), writing=False, rendered=seen.append
    )
    (rendering,) = seen
    cluster, own = session.connected(environment), rendering.target.environment.namespace
    missing_namespace = any(step.ref == _namespace(own) for step in planned.plan.steps)
    with planned.redactor.masking_errors():
        placed = _placed(cluster, rendering, planned.plan)
        always = rights_of_environment(placed, own, exists=not missing_namespace)
        rights = tuple(sorted({*always, *rights_of_owners(planned.plan)}))
        missing = frozenset(missing_rights(cluster, rights))
    refused = (
        f"{step.ref}: {step.reason}{f' ({step.hint})' if step.hint else ''}"
        for step in blocked_steps(planned.plan)
    )
    masked = tuple(map(planned.redactor.mask_message, refused))
    app, notes = rendering.target.app.name, session.notes(environment)
    return Preflight(environment, app, rights, missing, notes, masked)


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
