"""Objects that dlctl.yaml releases: they stay on the cluster, and nothing deletes them."""

from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.model import Scope

RELEASED = (
    "it stays on the cluster, and nothing deletes it; this app's labels and field manager are removed from it"
)
"""What becomes of a released object."""


def is_released(scope: Scope, live: LiveObject) -> bool:
    """Whether an entry of `released` names the object."""
    ref = live.ref
    kinds = {ref.kind, f"{ref.group}/{ref.kind}"}
    return any(
        each.kind in kinds and each.name == ref.name and each.component in ("", scope.component_of(live.body))
        for each in scope.history.released
    )
