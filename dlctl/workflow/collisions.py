"""Find objects that two environments would both write to one cluster."""

from collections.abc import Iterator, Sequence

from dlctl.errors import PlanError
from dlctl.manifest import ObjectRef
from dlctl.text import enumerated
from dlctl.workflow.plan import Planned


def collisions(planned: Sequence[Planned]) -> tuple[PlanError, ...]:
    """One error for each pair of environments that have the same objects on the same cluster.

    Each plan is made before the others are applied, so none of them can see that an object will belong to
    another environment. A namespace that is created for the objects may be shared.
    """
    owners: dict[tuple[str, ObjectRef], Planned] = {}
    shared: dict[tuple[str, str], list[ObjectRef]] = {}
    for entry in planned:
        for ref in _rendered(entry):
            owner = owners.setdefault((entry.plan.identity.uid, ref), entry)
            if owner is not entry:
                shared.setdefault((owner.environment, entry.environment), []).append(
                    entry.redactor.mask_ref(ref)
                )
    return tuple(_error(pair, refs) for pair, refs in shared.items())


def _rendered(entry: Planned) -> Iterator[ObjectRef]:
    """The objects of components; not a namespace that the plan itself adds."""
    for step in entry.plan.steps:
        if step.manifest is not None and step.manifest.component:
            yield step.ref


def _error(pair: tuple[str, str], refs: Sequence[ObjectRef]) -> PlanError:
    names = enumerated((str(ref) for ref in refs), limit=3)
    return PlanError(
        f"environments {pair[0]} and {pair[1]} have the same objects on the same cluster: {names}",
        hint="set another namespace or cluster in one of the environments",
    )
