"""What a caller may choose about a plan."""

from dataclasses import dataclass

from dlctl.plan.requirements import KindRequirement

THREADS = 8
"""Requests under way at once. API Priority and Fairness shares a server; 8 to 16 are polite."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How far a plan may go.

    `adopt`: take over objects that exist without our labels. `force_conflicts`: take fields from
    other managers. `replace`: delete and create again what cannot be changed in place.
    `create_namespace`: make a missing namespace. `requirements`: kinds that the components cannot do without.
    """

    adopt: bool = False
    force_conflicts: bool = False
    replace: bool = False
    create_namespace: bool = True
    requirements: tuple[KindRequirement, ...] = ()
    threads: int = THREADS
