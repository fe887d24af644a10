"""Make a plan from manifests and a cluster. Read-only."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.events import Emit, Note, Progress, no_events
from dlctl.kinds import order_key
from dlctl.manifest import GroupKind, Manifest, ObjectRef
from dlctl.plan.applyset import joined
from dlctl.plan.compare.autoscaled import autoscaled, keep_replicas
from dlctl.plan.compare.decide import Known, Question, resolve, resolve_early, stated_namespaces, unread
from dlctl.plan.compare.prepare import prepare
from dlctl.plan.compare.worker_groups import as_kuberay_wrote
from dlctl.plan.cost import with_cost
from dlctl.plan.definitions import with_definitions, with_instances
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.leftovers import Elsewhere, leaving, notes_on, nowhere, with_move
from dlctl.plan.live.first_reads import READING, FirstReads, read_first
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.missing_requirements import missing_requirements
from dlctl.plan.live.namespaces import namespace_step
from dlctl.plan.live.objects.lookup import look_up, wanted_by
from dlctl.plan.live.objects.model import Found
from dlctl.plan.live.parent import resources_of
from dlctl.plan.members import applyset, membership_notes, refusal
from dlctl.plan.model import Plan, Scope, Step
from dlctl.plan.options import PlanOptions
from dlctl.plan.parallel import as_done
from dlctl.plan.restart import with_restart_digests
from dlctl.status import Rules
from dlctl.text import counted, listed


def make_plan(
    scope: Scope,
    manifests: Iterable[Manifest],
    cluster: Cluster,
    options: PlanOptions | None = None,
    *,
    first: FirstReads | None = None,
    emit: Emit = no_events,
    elsewhere: Elsewhere = nowhere,
) -> Plan:
    """The steps for all objects, in order of execution; those that delete come last.

    Steps that cannot be executed are included (CONFLICT, UNKNOWN) with reason and hint, so that one run
    shows all problems. `first` has what was read already, by `read_first` for the same manifests.
    `elsewhere` returns what components render that are not selected. Raises ClusterError if the cluster
    cannot be reached or rejects the credentials, PlanError for a label of other ApplySets.
    """
    options = options or PlanOptions()
    manifests = tuple(manifests)
    if first is None:
        emit(READING)
        first = read_first(cluster, scope, manifests, options.threads)
    parent, *earlier = first.parents
    complete = with_restart_digests(cluster, manifests)
    prepared = tuple(prepare(manifest, parent.id) for manifest in complete.manifests)
    look = with_fresh_kinds(lambda: _look(scope, prepared, cluster, options, first))
    found = look.found
    is_final = _decided(scope, prepared, cluster, look, options, emit)
    is_final = [_incomplete(step, complete.incomplete, scope.environment) for step in is_final]
    if refused := refusal(parent, cluster.resource("v1", parent.ref.kind), options):
        is_final.append(refused)
    is_final = with_definitions(cluster, is_final, found.ours, allowed=options.allow_crd_downgrade)
    moved = (_seen(step, found, options.rules) for step in is_final)
    steps = tuple(sorted(moved, key=lambda step: order_key(step.ref)))
    missing = missing_requirements(cluster.resources, prepared, options.requirements, look.known.kinds)
    rendered = {manifest.ref for manifest in prepared}
    sets = frozenset(each.id for each in (parent, *earlier))
    left = leaving(scope, found.ours.values(), rendered, sets, options, elsewhere)
    pruned = tuple(with_instances(cluster, _seen(step, found, options.rules)) for step in left.steps)
    unseen = look.unserved | {each.group_kind for each in found.unseen}
    members = applyset(scope, (parent, *earlier), rendered, found.ours, left, unseen)
    notes = (*notes_on(left.staying, scope.environment), *_taken_over(steps, scope), *_idle(steps))
    for note in (*notes, *membership_notes(members, steps), *_unseen(unseen & look.listed)):
        emit(Note(note))
    return Plan(
        scope,
        cluster.identity(),
        (*steps, *pruned),
        missing,
        left.staying,
        applyset=members,
        releases=left.releases,
        used=complete.used,
        unread=complete.unread,
    )


def _decided(
    scope: Scope,
    manifests: tuple[Manifest, ...],
    cluster: Cluster,
    look: "_Look",
    options: PlanOptions,
    emit: Emit,
) -> list[Step]:
    """The steps of the manifests, and of the namespaces that they need."""
    scaled = autoscaled(manifests)
    answers = [
        resolve(_sized(manifest, scaled, look.found, scope.managers), resource, look.found, look.known)
        for manifest, resource in look.resources
    ]
    return [
        *look.is_final,
        *(answer for answer in answers if isinstance(answer, Step)),
        *_ask(cluster, [a for a in answers if isinstance(a, Question)], scope, options, emit),
        *_namespace_steps(manifests, cluster, look.known),
    ]


def _incomplete(step: Step, errors: Mapping[ObjectRef, Forbidden], environment: str) -> Step:
    """The step, or one that says that a digest could not be made of what the user may not read."""
    if step.manifest is None or step.forbidden or (error := errors.get(step.ref)) is None:
        return step
    what = "make the digest of the Secrets and ConfigMaps that its pods use"
    return unread(step.manifest, step.resource, error, environment, what)


def _sized(
    manifest: Manifest, scaled: frozenset[ObjectRef], found: Found, managers: FieldManagers
) -> Manifest:
    live = found.ours.get(manifest.ref)
    if live is None:
        return manifest
    if manifest.ref in scaled:
        return keep_replicas(manifest, live.body, managers)
    return as_kuberay_wrote(manifest, live.body, managers)


def _seen(step: Step, found: Found, rules: Rules) -> Step:
    """The step, with the component that its object comes from, and what it costs."""
    live = found.ours.get(step.ref)
    return with_cost(with_move(step, live), live.body if live else None, rules)


class _Look(Struct, frozen=True):
    """What is known of the cluster; `listed` kinds are those of the parents, `unserved` do not answer."""

    known: Known
    is_final: list[Step]
    resources: list[tuple[Manifest, Resource]]
    found: Found
    listed: frozenset[GroupKind]
    unserved: frozenset[GroupKind]


def _look(
    scope: Scope,
    manifests: tuple[Manifest, ...],
    cluster: Cluster,
    options: PlanOptions,
    first: FirstReads,
) -> _Look:
    needed = (requirement.key for requirement in options.requirements)
    known = Known(scope, find_kinds(cluster, manifests, options.threads, needed), first.namespaces, options)
    is_final, resources = _early(manifests, known)
    wanted = dict(wanted_by((resource, manifest.ref) for manifest, resource in resources))
    there = joined(first.parents)
    further = there.kinds - {resource.group_kind for resource in wanted}
    more, unserved = resources_of(cluster, further)
    wanted |= dict.fromkeys(more, frozenset[ObjectRef]())
    places = there.namespaces | {scope.namespace}
    found = look_up(cluster, wanted, scope, options.threads, places, first.listed)
    if found.ours and not any(parent.uid or parent.unreadable for parent in first.parents):
        found = _with_all_kinds(cluster, scope, found, options.threads)
    return _Look(known, is_final, resources, found, there.kinds, unserved)


def _with_all_kinds(cluster: Cluster, scope: Scope, found: Found, threads: int) -> Found:
    """Where no parent lists the kinds of the objects, they are looked for in all kinds."""
    from dlctl.plan.live.objects.scan import scan

    every = scan(cluster, replace(scope, components=None), threads, {ref.namespace for ref in found.ours})
    return replace(found, ours={**every.ours, **found.ours}, unseen=(*found.unseen, *every.unseen))


def _early(
    manifests: tuple[Manifest, ...], known: Known
) -> tuple[list[Step], list[tuple[Manifest, Resource]]]:
    steps: list[Step] = []
    open_: list[tuple[Manifest, Resource]] = []
    for manifest in manifests:
        answer = resolve_early(manifest, known)
        if isinstance(answer, Step):
            steps.append(answer)
        else:
            open_.append((manifest, answer))
    return steps, open_


def _ask(
    cluster: Cluster, questions: list[Question], scope: Scope, options: PlanOptions, emit: Emit
) -> list[Step]:
    if not questions:
        return []
    from dlctl.plan.compare.dry_run import adopted, checked, dry_run

    def ask(question: Question) -> Step:
        manifest, resource, live = question.manifest, question.resource, question.live
        if question.new:
            return checked(cluster, manifest, resource, scope.managers.current, options)
        if live is None:
            managers = scope.managers_with(question.environment)
            return adopted(cluster, manifest, resource, managers, options)
        return dry_run(cluster, manifest, resource, live, scope.managers, options)

    steps: list[Step] = []
    for _, step in as_done(ask, questions, options.threads):
        steps.append(step)
        emit(Progress("comparing", len(steps), len(questions)))
    return steps


def _namespace_steps(manifests: tuple[Manifest, ...], cluster: Cluster, known: Known) -> list[Step]:
    missing = sorted(known.namespaces.missing - stated_namespaces(manifests))
    if not missing:
        return []
    resource = cluster.resource("v1", "Namespace")
    return [namespace_step(name, resource, known.options) for name in missing]


def _unseen(kinds: Iterable[GroupKind]) -> tuple[str, ...]:
    """A note on kinds that the target has objects of, and that could not be listed."""
    names = sorted(map(str, kinds))
    if not names:
        return ()
    return (f"cannot list {listed(names)}: there may be more objects that are no longer rendered",)


def _taken_over(steps: Iterable[Step], scope: Scope) -> tuple[str, ...]:
    """A note on objects that were applied under an earlier name of the field manager."""
    count = sum(bool(step.earlier_managers) for step in steps)
    if not count:
        return ()
    return (f"an apply makes {scope.managers.current} the field manager of {counted(count, 'object')}",)


def _idle(steps: Iterable[Step]) -> tuple[str, ...]:
    """A note for each run that stays as it is: an apply that changes it starts nothing."""
    return tuple(f"{step.ref}: {step.reason} ({step.hint})" for step in steps if step.starts_nothing)
