"""What a failure stops: all that depends on it, and nothing else."""

from dlctl.deploy.model import Outcome, Result
from dlctl.kinds import DEFINITION, NAMESPACE
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.live.kinds import defined_kind
from dlctl.plan.model import Step


class Failures:
    """The failures of the waves so far.

    An object depends on its namespace, on its kind's CRD, and on what its own component has in
    earlier waves.
    """

    def __init__(self) -> None:
        self._namespaces: dict[str, ObjectRef] = {}
        self._kinds: dict[GroupKind, ObjectRef] = {}
        self._components: dict[str, ObjectRef] = {}

    def add(self, step: Step, outcome: Outcome) -> None:
        """Remember a step that was not done."""
        if outcome.result is Result.DONE:
            return
        if step.ref.group_kind == NAMESPACE:
            self._namespaces.setdefault(step.ref.name, step.ref)
        if step.ref.group_kind == DEFINITION and step.manifest is not None:
            self._kinds.setdefault(defined_kind(step.manifest), step.ref)
        if outcome.component:
            self._components.setdefault(outcome.component, step.ref)

    def blocker(self, step: Step) -> str:
        """Why a step of the next wave cannot be taken; empty where it can."""
        for kind, blocker in (
            ("its namespace", self._namespaces.get(step.ref.namespace)),
            ("its kind's definition", self._kinds.get(step.ref.group_kind)),
            ("an earlier object of its component", self._components.get(step.component)),
        ):
            if blocker is not None:
                return f"{kind} was not applied: {blocker}"
        return ""
