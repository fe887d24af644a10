"""Plan, apply and status of an environment on its cluster."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dlctl.app.model import Environment, Target
from dlctl.cluster.protocol import Cluster
from dlctl.deploy.apply import apply_plan
from dlctl.deploy.events import Emit, no_events
from dlctl.deploy.model import ObjectStatus, Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.status import status_of
from dlctl.plan.identity import check_identity
from dlctl.plan.model import Plan, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.redact import Redactor
from dlctl.render.target import Rendering
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.requirements import kind_requirements

Connect = Callable[[Environment], Cluster]
"""How to reach an environment's cluster: handed in, since only the command line knows kubeconfigs."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a cluster may be used: `note` gets what the user should know about its identity."""

    connect: Connect
    note: Callable[[str], None]
    skip_identity_check: bool = False
    create_namespace: bool = True
    adopt: bool = False
    force_conflicts: bool = False
    replace: bool = False


def scope_of(target: Target, selection: Selection) -> Scope:
    """Whose objects a plan, a delete or a status is about."""
    return Scope(
        app=target.app.name,
        environment=target.environment.name,
        namespace=target.environment.namespace,
        components=frozenset(selection.components) or None,
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the environment and the cluster that it was made for."""

    environment: str
    plan: Plan
    cluster: Cluster
    redactor: Redactor


def plan_target(
    rendering: Rendering,
    selection: Selection,
    access: Access,
    *,
    writing: bool,
    emit: Emit = no_events,
) -> Planned:
    """Compare a rendering with its cluster, after the identity check.

    Raises PlanError where `writing` and the cluster is not the one that is meant; ClusterError.
    """
    target = rendering.target
    cluster = identified(target.environment, access, writing=writing)
    options = PlanOptions(
        adopt=access.adopt,
        force_conflicts=access.force_conflicts,
        replace=access.replace,
        create_namespace=access.create_namespace,
        requirements=kind_requirements(rendering),
        redactor=redactor_of(rendering),
    )
    plan = make_plan(scope_of(target, selection), rendering.manifests, cluster, options, emit=emit)
    return Planned(target.environment.name, plan, cluster, options.redactor)


def apply_planned(planned: Planned, access: Access, timeout: float, emit: Emit = no_events) -> Report:
    """Carry out a plan. Raises PlanError before the first write where a step is refused."""
    options = DeployOptions(
        force_conflicts=access.force_conflicts, timeout=timeout, redactor=planned.redactor
    )
    return apply_plan(planned.plan, planned.cluster, options, emit)


def target_status(rendering: Rendering, selection: Selection, access: Access) -> tuple[ObjectStatus, ...]:
    """A verdict for each object of a target; also for those that it no longer renders. Secrets are masked."""
    cluster = identified(rendering.target.environment, access, writing=False)
    mask = redactor_of(rendering).mask_text
    return tuple(
        replace(found, verdict=replace(found.verdict, message=mask(found.verdict.message)))
        for found in status_of(scope_of(rendering.target, selection), rendering.manifests, cluster)
    )


def identified(environment: Environment, access: Access, *, writing: bool) -> Cluster:
    """The environment's cluster, after the identity check; PlanError where it may not be written to."""
    cluster = access.connect(environment)
    notes = check_identity(
        environment.name,
        environment.destination.cluster_id,
        cluster.identity(),
        writing=writing,
        override=access.skip_identity_check,
        sandbox=bool(environment.destination.sandbox),
    )
    for note in notes:
        access.note(note)
    return cluster
