"""The order of steps: by wave, and inside and across waves by what objects need of each other."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from dlctl.errors import PlanError
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Step
from dlctl.status import NO_RULES, Rules

Place = tuple[int, int]
"""The wave of a step, and its place in the wave."""


class Dependencies(Struct, frozen=True):
    """What each object of a plan needs of the others; `awaited` must be ready before what needs it."""

    needs: Mapping[ObjectRef, frozenset[ObjectRef]]
    awaited: frozenset[ObjectRef]

    def waves(self, steps: Iterable[Step]) -> list[tuple[Step, ...]]:
        """The steps in groups: each group needs only what is in earlier ones. `check_cycles` was called."""
        places: dict[ObjectRef, Place] = {}
        by_ref = {step.ref: step for step in steps}
        for step in by_ref.values():
            self._place(step, by_ref, places)
        groups: dict[Place, list[Step]] = {}
        for step in by_ref.values():
            groups.setdefault(places[step.ref], []).append(step)
        return [tuple(groups[place]) for place in sorted(groups)]

    def _place(self, step: Step, steps: Mapping[ObjectRef, Step], places: dict[ObjectRef, Place]) -> Place:
        """The place of a step, after all that it needs. A wave is never earlier than that of its kind."""
        todo = [step]
        while todo:
            now = todo[-1]
            missing = [steps[ref] for ref in self._of(now.ref) if ref in steps and ref not in places]
            if missing:
                todo += missing
                continue
            todo.pop()
            before = [places[ref] for ref in self._of(now.ref) if ref in places]
            wave = max([now.wave, *(place[0] for place in before)])
            inside = [place[1] + 1 for place in before if place[0] == wave]
            places[now.ref] = (wave, max(inside, default=0))
        return places[step.ref]

    def _of(self, ref: ObjectRef) -> frozenset[ObjectRef]:
        return self.needs.get(ref, frozenset())


NO_DEPENDENCIES = Dependencies({}, frozenset())
"""Objects that need nothing but earlier waves."""


def dependencies_of(steps: Sequence[Step], rules: Rules = NO_RULES) -> Dependencies:
    """What the objects of the steps need of each other; nothing where none of them is written.

    Raises PlanError for a bad annotation or a cycle, RegistryError for rules that are not valid.
    """
    if not any(step.needs_request for step in steps if step.manifest is not None):
        return NO_DEPENDENCIES
    from dlctl.deploy.references import annotated_objects, named_objects, naming_of

    there = {step.ref for step in steps if step.manifest is not None}
    naming = naming_of((ref.group_kind for ref in there), rules)
    needs: dict[ObjectRef, frozenset[ObjectRef]] = {}
    awaited: set[ObjectRef] = set()
    for step in steps:
        if step.manifest is None:
            continue
        stated = there.intersection(annotated_objects(step.manifest))
        awaited |= stated
        found = (stated | there.intersection(named_objects(step.manifest, naming))) - {step.ref}
        if step.ref in stated:
            raise _cycle([step.ref, step.ref])
        if found:
            needs[step.ref] = frozenset(found)
    _check_cycles(needs)
    return Dependencies(needs, frozenset(awaited))


def _check_cycles(needs: Mapping[ObjectRef, frozenset[ObjectRef]]) -> None:
    """Raise PlanError with the path of the first cycle."""
    done: set[ObjectRef] = set()
    for start in needs:
        path: list[ObjectRef] = []
        todo = [(start, False)]
        while todo:
            ref, left = todo.pop()
            if left:
                path.pop()
                done.add(ref)
            elif ref in path:
                raise _cycle([*path[path.index(ref) :], ref])
            elif ref not in done:
                path.append(ref)
                todo.append((ref, True))
                todo += [(each, False) for each in sorted(needs.get(ref, ()))]


def _cycle(path: Sequence[ObjectRef]) -> PlanError:
    shown = " needs ".join(f"{ref.kind}/{ref.name}" for ref in path)
    return PlanError(
        f"objects need each other: {shown}", hint="remove one of these references or annotations"
    )
