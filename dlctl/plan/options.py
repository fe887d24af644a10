"""Options of plans."""

from msgspec import Struct

from dlctl.plan.requirements import KindRequirement

THREADS = 8
"""Concurrent requests; the server is shared (API Priority and Fairness), 8 to 16 are reasonable."""


class PlanOptions(Struct, frozen=True):
    """Options of a plan.

    `adopt`: take over existing objects without our labels. `force_conflicts`: take over fields of other
    field managers. `replace`: delete and recreate objects whose immutable fields change.
    `create_namespace`: create missing namespaces. `check_new`: also dry-run what would be created, as the
    server checks it only then. `all_leftovers`: look for objects that are no longer rendered in every kind
    that the cluster serves, not only in those of the manifests. `requirements`: kinds that the components
    require.
    """

    adopt: bool = False
    force_conflicts: bool = False
    replace: bool = False
    create_namespace: bool = True
    check_new: bool = False
    all_leftovers: bool = False
    requirements: tuple[KindRequirement, ...] = ()
    threads: int = THREADS
