"""Plan the deletion of a target from its cluster."""

from collections.abc import Iterable, Iterator

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError, Forbidden
from dlctl.events import Emit, Note, no_events
from dlctl.kinds import PROTECTED, order_key, wave_of
from dlctl.labels import RUN, labels_of
from dlctl.manifest import GroupKind, Manifest, ObjectRef
from dlctl.plan.applyset import ApplySet, joined
from dlctl.plan.compare.compare import clean
from dlctl.plan.definitions import with_instances
from dlctl.plan.leftovers import release_of
from dlctl.plan.live.keep_marks import keep_mark
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.objects.model import LiveObject, Unseen
from dlctl.plan.live.objects.scan import scan, with_named
from dlctl.plan.live.parent import earlier_parents, read_parent
from dlctl.plan.live.released import RELEASED, is_released
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.plan.options import THREADS
from dlctl.plan.rights.model import REQUEST
from dlctl.text import counted, listed

SHOWN = 10
"""The maximum number of names in one note."""
UNCHECKED = -1
"""The wave of objects that could not be read: after all others, since nothing depends on it."""


def plan_delete(
    scope: Scope,
    cluster: Cluster,
    *,
    prune_protected: bool = False,
    runs: bool = False,
    rendered: Iterable[Manifest] = (),
    threads: int = THREADS,
    emit: Emit = no_events,
) -> Plan:
    """A PRUNE step for each object of the target, in reverse order of application.

    `rendered` are the manifests of the selected components: their objects are looked for in their namespaces,
    and one by one where their kind cannot be listed. An UNKNOWN step, after all others, says that one cannot
    be read either, so that nobody takes the target for deleted. Namespaces, CRDs, volumes and claims are
    kept, with a note, unless `prune_protected`; so is an object with an annotation that keeps it. Objects of
    runs are deleted first of all with `runs`, else they are kept, with a note that names the runs. The plan
    has an ApplySet if nothing would be left in it: its parent is then deleted, too. What dlctl.yaml releases
    is kept, without our labels.
    """
    manifests = tuple(rendered)
    parent, earlier = read_parent(cluster, scope), earlier_parents(cluster, scope)
    refs = [each.ref for each in manifests]
    found = scan(cluster, scope, threads, {ref.namespace for ref in refs}, runs=True)
    found = with_named(cluster, scope, found, refs, threads)
    unavailable = find_kinds(cluster, manifests, threads).unavailable
    ordered = sorted(found.ours.values(), key=lambda each: order_key(each.ref), reverse=True)
    kept = {each.ref: why for each in ordered if (why := _kept(scope, each, prune_protected=prune_protected))}
    for ref in reversed(kept):
        emit(Note(f"{ref} is kept ({kept[ref]})"))
    for note in _unseen_notes(found.unseen):
        emit(Note(note))
    steps = [with_instances(cluster, _step(each)) for each in ordered if each.ref not in kept]
    for note in (f"{step.ref}: {step.reason}" for step in steps if step.reason):
        emit(Note(note))
    for note in () if runs else _notes_on_runs(found.runs.values()):
        emit(Note(note))
    if runs:
        steps = [*steps_of_runs(found.runs.values()), *steps]
    unreadable = {
        **found.unreadable,
        **{m.ref: unavailable[m.api_key] for m in manifests if m.api_key in unavailable},
    }
    steps += [_unknown(ref, unreadable[ref], scope.environment) for ref in sorted(unreadable)]
    unseen = {each.group_kind for each in found.unseen} & joined((parent, *earlier)).kinds
    releases = tuple(release_of(each) for each in ordered if is_released(scope, each))
    held = kept.keys() - {each.ref for each in releases}
    ends = not parent.problem and scope.components is None and not (held or unreadable or unseen)
    return Plan(
        scope,
        cluster.identity(),
        tuple(steps),
        kept=frozenset(scope.component_of(each.body) for each in ordered if each.ref in kept),
        applyset=ApplySet(parent, replaced=earlier) if ends else None,
        releases=releases,
    )


def _kept(scope: Scope, found: LiveObject, *, prune_protected: bool) -> str:
    """Why an object is kept; empty if it is deleted."""
    if is_released(scope, found):
        return f"dlctl.yaml releases it: {RELEASED}"
    if mark := keep_mark(found.body):
        return f"its annotation keeps it: {mark}"
    if found.ref.group_kind in PROTECTED and not prune_protected:
        return "pass --prune-protected to delete it"
    return ""


def _unseen_notes(unseen: Iterable[Unseen]) -> Iterator[str]:
    """A note on the kinds that the user may not list, and one for each that fails for another reason."""
    forbidden: dict[GroupKind, None] = {}
    for each in unseen:
        if isinstance(each.error, Forbidden):
            forbidden[each.group_kind] = None
        else:
            yield f"not checked: {each.group_kind}: {each.error.message}"
    if forbidden:
        names = listed(map(str, forbidden), limit=SHOWN)
        yield f"not checked, because you do not have permission to list them: {names}"


def _unknown(ref: ObjectRef, error: ClusterError, environment: str) -> Step:
    roles = f"request it: {REQUEST.format(environment)}"
    first = roles if isinstance(error, Forbidden) else error.hint or "retry later"
    return Step(
        Action.UNKNOWN,
        ref,
        UNCHECKED,
        reason=f"cannot check whether it exists: {error.message}",
        hint=f"{first}; other components can be deleted alone: -c NAME",
        failed=True,
    )


def _step(found: LiveObject) -> Step:
    return Step(
        Action.PRUNE,
        found.ref,
        wave_of(found.ref.group_kind),
        resource=found.resource,
        uid=found.uid,
        live=clean(found.body),
    )


def steps_of_runs(found: Iterable[LiveObject]) -> list[Step]:
    """A PRUNE step for each object of runs, in reverse order of application."""
    return [_step(each) for each in sorted(found, key=lambda each: order_key(each.ref), reverse=True)]


def _notes_on_runs(found: Iterable[LiveObject]) -> Iterator[str]:
    names = sorted({str(labels_of(each.body)[RUN]) for each in found})
    if names:
        stay = "stays" if len(names) == 1 else "stay"
        yield f"{counted(len(names), 'run')} {stay}: {listed(names)} (pass --runs to delete them)"
