"""The ApplySet of a plan: whether its parent may be written, and what it lists before and after."""

from collections.abc import Iterable, Set

from dlctl.cluster.protocol import Resource
from dlctl.kinds import wave_of
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.applyset import PART_OF_SET, ApplySet, Contents, Parent, contents_of, joined, lists
from dlctl.plan.leftovers import Leaving
from dlctl.plan.model import Action, LeftoverState, Scope, Step
from dlctl.plan.options import PlanOptions
from dlctl.text import counted


def applyset(
    scope: Scope,
    parents: tuple[Parent, ...],
    rendered: Set[ObjectRef],
    found: Iterable[ObjectRef],
    left: Leaving,
    unseen: Set[GroupKind],
) -> ApplySet:
    """The set: what is there and what comes, then what is left; a selection of components takes nothing away.

    `found` are all objects of the target that were found. The first of `parents` is the target's, others are
    of earlier names. `unseen` are kinds that could not be read: where a parent lists them, they stay listed.
    """
    parent, *earlier = parents
    there = joined(parents)
    staying = (each.ref for each in left.staying if each.state is not LeftoverState.RELEASED)
    kept = contents_of([*rendered, *staying])
    superset = there.joined(kept).joined(contents_of(found))
    if scope.components is not None:
        return ApplySet(parent, superset, superset)
    blind = there.kinds & unseen
    more = Contents(blind, there.namespaces if blind else frozenset())
    replaced = tuple(each for each in earlier if each.id not in left.sets and not blind)
    return ApplySet(parent, superset, kept.joined(more), replaced)


def refusal(parent: Parent, resource: Resource, options: PlanOptions) -> Step | None:
    """The step that refuses a parent which is not this target's; None if it may be written."""
    if not parent.problem or (options.adopt and parent.can_adopt):
        return None
    hint = "pass --adopt to take it over" if parent.can_adopt else "use another app name or namespace"
    return Step(
        Action.CONFLICT,
        parent.ref,
        wave_of(parent.ref.group_kind),
        resource=resource,
        uid=parent.uid,
        reason=parent.problem,
        hint=hint,
    )


def membership_notes(members: ApplySet, steps: Iterable[Step]) -> tuple[str, ...]:
    """A note where an apply makes objects members that an earlier version applied."""
    joining = sum(step.joins_set and not step.adopts for step in steps)
    if not joining:
        return ()
    parent = members.parent
    writes = "" if lists(parent, members.superset) or parent.unreadable else f", and writes {parent.ref}"
    return (f"an apply adds label {PART_OF_SET} to {counted(joining, 'object')}{writes}",)
