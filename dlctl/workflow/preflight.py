"""What an environment needs before it can be applied: rights, quota, webhooks."""

from typing import Any

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound, UnknownKind
from dlctl.labels import environment_label
from dlctl.plan.live.parent import read_parent, resources_of
from dlctl.plan.rights.model import Right
from dlctl.plan.rights.needed import rights_of_environment
from dlctl.plan.rights.review import missing_rights
from dlctl.plan.rights.roles import roles_of
from dlctl.render.rendering import Rendering
from dlctl.workflow.plan import scope_of
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.session import Session


class Preflight(Struct, frozen=True):
    """The rights of an environment, those that the user lacks, and what else stands against an apply."""

    environment: str
    app: str
    rights: tuple[Right, ...]
    missing: frozenset[Right]
    notes: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[dict[str, Any], ...]:
        """The smallest Roles and ClusterRole with these rights."""
        return roles_of(f"dlctl-{self.app}-{environment_label(self.environment)}", self.rights)


def preflight(session: Session, environment: str) -> Preflight:
    """Check an environment. Raises AppError, ParamError, RenderError or ClusterError."""
    rendering = session.render(environment, Selection())
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    target = rendering.target
    with redactor.masking_errors():
        cluster = session.cluster(target.environment, emit, writing=False)
        notes: list[str] = []
        placed = _placed(cluster, rendering, notes)
        own = target.environment.namespace
        rights = rights_of_environment(placed, own, exists=_exists(cluster, own))
        missing = frozenset(missing_rights(cluster, rights))
    masked = tuple(redactor.mask_message(note) for note in notes)
    return Preflight(environment, target.app.name, rights, missing, masked)


def _placed(cluster: Cluster, rendering: Rendering, notes: list[str]) -> list[tuple[Resource, str]]:
    """The resources of all objects that there are or will be, each with its namespace."""
    own = rendering.target.environment.namespace
    found: dict[tuple[Resource, str], None] = {}
    for manifest in rendering.manifests:
        try:
            found[cluster.resource(*manifest.api_key), manifest.ref.namespace] = None
        except UnknownKind as error:
            notes.append(f"the rights for {manifest.ref.group_kind} are not known: {error.message}")
    parent = read_parent(cluster, scope_of(rendering.target, Selection()))
    earlier, _ = resources_of(cluster, parent.contents.kinds)
    namespaces = parent.contents.namespaces | {own}
    found |= {(resource, place): None for resource in earlier for place in namespaces}
    return list(found)


def _exists(cluster: Cluster, namespace: str) -> bool:
    """Whether a namespace exists; a user who may not read it is taken to have it."""
    try:
        cluster.get(cluster.resource("v1", "Namespace"), namespace)
    except NotFound:
        return False
    except (Forbidden, ClusterError):
        return True
    return True
