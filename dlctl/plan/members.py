"""The ApplySet of a plan: whether its parent may be written, and what it lists before and after."""

from collections.abc import Iterable, Set

from dlctl.cluster.protocol import Resource
from dlctl.kinds import wave_of
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.applyset import PART_OF_SET, ApplySet, Contents, Parent, contents_of, lists
from dlctl.plan.model import Action, Leftover, Scope, Step
from dlctl.plan.options import PlanOptions
from dlctl.text import counted


def applyset(
    scope: Scope,
    parent: Parent,
    rendered: Set[ObjectRef],
    deleted: Iterable[Step],
    staying: Iterable[Leftover],
    unseen: Set[GroupKind],
) -> ApplySet:
    """The set: what is there and what comes, then what is left; a selection of components takes nothing away.

    `unseen` are listed kinds of which the objects could not be read: they stay listed.
    """
    own = parent.contents
    kept = contents_of([*rendered, *(each.ref for each in staying)])
    superset = own.joined(kept).joined(contents_of(step.ref for step in deleted))
    if scope.components is not None:
        return ApplySet(parent, superset, superset)
    blind = own.kinds & unseen
    more = Contents(blind, own.namespaces if blind else frozenset())
    return ApplySet(parent, superset, kept.joined(more))


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
    joining = sum(step.joins_set for step in steps)
    if not joining:
        return ()
    parent = members.parent
    writes = "" if lists(parent, members.superset) or parent.unreadable else f", and writes {parent.ref}"
    return (f"an apply adds label {PART_OF_SET} to {counted(joining, 'object')}{writes}",)
