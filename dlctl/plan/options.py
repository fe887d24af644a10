"""What a caller may choose about a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlctl.manifest import GroupKind
from dlctl.redact import Redactor

THREADS = 8
"""Requests under way at once. API Priority and Fairness shares a server; 8 to 16 are polite."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How far a plan may go.

    `adopt`: take over objects that exist without our labels. `force_conflicts`: take fields from
    other managers. `replace`: delete and create again what cannot be changed in place.
    `create_namespace`: make a missing namespace. `providers`: who makes a kind available, in words,
    for the error where a cluster does not serve it. `redactor` masks what servers say.
    """

    adopt: bool = False
    force_conflicts: bool = False
    replace: bool = False
    create_namespace: bool = True
    providers: Mapping[GroupKind, str] = field(default_factory=dict)
    redactor: Redactor = field(default_factory=Redactor)
    threads: int = THREADS
