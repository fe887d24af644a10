"""Options of plans."""

from msgspec import Struct

from dlctl.app.model import DriftRule
from dlctl.plan.requirements import KindRequirement
from dlctl.status import NO_RULES, Rules

THREADS = 8
"""Concurrent requests; the server is shared (API Priority and Fairness), 8 to 16 are reasonable."""


class PlanOptions(Struct, frozen=True):
    """Options of a plan.

    `adopt`: take over existing objects without our labels. `force_conflicts`: take over fields of other
    field managers. `replace`: delete and recreate objects whose immutable fields change, and
    runs that were changed after their pods were made.
    `create_namespace`: create missing namespaces. `prune`: delete objects that are no longer rendered;
    `prune_protected`: also Namespaces, CRDs, volumes and claims; `prune_all`: even if nothing is rendered.
    `allow_crd_downgrade`: change CRDs even if objects of their kinds are lost or become invalid.
    `drift`: rules on fields of other managers. `check_new`: also dry-run what would be created, as the
    server checks it only then. `requirements`: kinds that the components require. `rules`: those of custom
    kinds, by which a run has ended or not.
    """

    adopt: bool = False
    force_conflicts: bool = False
    replace: bool = False
    create_namespace: bool = True
    check_new: bool = False
    prune: bool = False
    prune_protected: bool = False
    prune_all: bool = False
    allow_crd_downgrade: bool = False
    drift: tuple[DriftRule, ...] = ()
    requirements: tuple[KindRequirement, ...] = ()
    rules: Rules = NO_RULES
    threads: int = THREADS
