"""Make a plan from manifests and a cluster. Read-only."""

from collections.abc import Iterable

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.events import Emit, Note, Progress, no_events
from dlctl.kinds import order_key
from dlctl.labels import component_of
from dlctl.manifest import Manifest, ObjectRef
from dlctl.plan.compare.autoscaled import autoscaled, keep_replicas
from dlctl.plan.compare.decide import Known, Question, resolve, resolve_early, stated_namespaces
from dlctl.plan.compare.dry_run import adopted, checked, dry_run
from dlctl.plan.compare.prepare import prepare
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.missing_requirements import missing_requirements
from dlctl.plan.live.namespaces import find_namespaces, namespace_step
from dlctl.plan.live.objects.lookup import look_up, wanted_by
from dlctl.plan.live.objects.model import Found
from dlctl.plan.live.objects.scan import scan
from dlctl.plan.live.ownership import selected, was_applied_by_us
from dlctl.plan.model import Leftover, Plan, Scope, Step
from dlctl.plan.options import PlanOptions
from dlctl.plan.parallel import as_done
from dlctl.text import counted


def make_plan(
    scope: Scope,
    manifests: Iterable[Manifest],
    cluster: Cluster,
    options: PlanOptions | None = None,
    *,
    emit: Emit = no_events,
) -> Plan:
    """The steps for all objects, in order of execution.

    Steps that cannot be executed are included (CONFLICT, UNKNOWN) with reason and hint, so that one run
    shows all problems. Raises ClusterError if the cluster cannot be reached or rejects the credentials.
    """
    options = options or PlanOptions()
    prepared = tuple(prepare(manifest) for manifest in manifests)
    emit(Progress("reading live objects"))
    known, is_final, resources, found = with_fresh_kinds(lambda: _look(scope, prepared, cluster, options))
    scaled = autoscaled(prepared)
    answers = [
        resolve(_sized(manifest, scaled, found, scope.managers), resource, found, known)
        for manifest, resource in resources
    ]
    is_final += [answer for answer in answers if isinstance(answer, Step)]
    is_final += _ask(cluster, [a for a in answers if isinstance(a, Question)], scope, options, emit)
    is_final += _namespace_steps(prepared, cluster, known)
    steps = tuple(sorted(is_final, key=lambda step: order_key(step.ref)))
    missing = missing_requirements(cluster.resources, prepared, options.requirements, known.kinds)
    leftovers = _leftovers(found, prepared, scope)
    if options.all_leftovers:
        leftovers += _of_other_kinds(cluster, prepared, scope, options)
    notes = (f"{each.ref} is no longer rendered and stays on the cluster" for each in leftovers)
    for note in (*notes, *_taken_over(steps, scope), *_idle(steps)):
        emit(Note(note))
    return Plan(scope, cluster.identity(), steps, missing, leftovers)


def _sized(
    manifest: Manifest, scaled: frozenset[ObjectRef], found: Found, managers: FieldManagers
) -> Manifest:
    live = found.ours.get(manifest.ref) if manifest.ref in scaled else None
    return keep_replicas(manifest, live.body, managers) if live is not None else manifest


def _look(
    scope: Scope, manifests: tuple[Manifest, ...], cluster: Cluster, options: PlanOptions
) -> tuple[Known, list[Step], list[tuple[Manifest, Resource]], Found]:
    known = _known(scope, manifests, cluster, options)
    is_final, resources = _early(manifests, known)
    wanted = wanted_by((resource, manifest.ref) for manifest, resource in resources)
    return known, is_final, resources, look_up(cluster, wanted, scope.selector, options.threads)


def _known(scope: Scope, manifests: tuple[Manifest, ...], cluster: Cluster, options: PlanOptions) -> Known:
    kinds = find_kinds(
        cluster, manifests, options.threads, (requirement.key for requirement in options.requirements)
    )
    names = {manifest.ref.namespace for manifest in manifests} - {""}
    return Known(scope, kinds, find_namespaces(cluster, names, options.threads), options)


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
    def ask(question: Question) -> Step:
        manifest, resource, live = question.manifest, question.resource, question.live
        if question.new:
            return checked(cluster, manifest, resource, scope.managers.current, options)
        if live is None:
            return adopted(cluster, manifest, resource, scope.managers, options)
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


def _leftovers(found: Found, manifests: tuple[Manifest, ...], scope: Scope) -> tuple[Leftover, ...]:
    """The objects of the listed kinds that no component renders any more."""
    rendered = {manifest.ref for manifest in manifests}
    left = [
        Leftover(ref, component_of(live.body))
        for ref, live in found.ours.items()
        if ref not in rendered and selected(live.body, scope) and was_applied_by_us(live.body, scope)
    ]
    return tuple(sorted(left, key=lambda each: each.ref))


def _of_other_kinds(
    cluster: Cluster, manifests: tuple[Manifest, ...], scope: Scope, options: PlanOptions
) -> tuple[Leftover, ...]:
    """The same for kinds of which no component renders any object."""
    listed = {manifest.ref.group_kind for manifest in manifests}
    namespaces = {manifest.ref.namespace for manifest in manifests}
    found = scan(cluster, scope, options.threads, namespaces, listed).ours
    return tuple(Leftover(ref, component_of(found[ref].body)) for ref in sorted(found))


def _taken_over(steps: Iterable[Step], scope: Scope) -> tuple[str, ...]:
    """A note on objects that were applied under an earlier name of the field manager."""
    count = sum(bool(step.earlier_managers) for step in steps)
    if not count:
        return ()
    return (f"an apply makes {scope.managers.current} the field manager of {counted(count, 'object')}",)


def _idle(steps: Iterable[Step]) -> tuple[str, ...]:
    """A note for each run that stays as it is: an apply that changes it starts nothing."""
    return tuple(f"{step.ref}: {step.reason} ({step.hint})" for step in steps if step.starts_nothing)
