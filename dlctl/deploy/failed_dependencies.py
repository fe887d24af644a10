"""Which steps a failure blocks: those that depend on the failed object."""

from collections.abc import Mapping

from dlctl.deploy.model import Outcome, Result
from dlctl.kinds import DEFINITION, NAMESPACE, read_definition
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.model import Step


class Failures:
    """The failures of earlier waves.

    An object depends on its namespace, on its kind's CRD, on the objects that it names, and on the objects of
    its component in earlier waves. `needs` has the objects that each one names.
    """

    def __init__(self, needs: Mapping[ObjectRef, frozenset[ObjectRef]]) -> None:
        self._needs = needs
        self._objects: set[ObjectRef] = set()
        self._namespaces: dict[str, ObjectRef] = {}
        self._kinds: dict[GroupKind, ObjectRef] = {}
        self._components: dict[str, ObjectRef] = {}

    def add(self, step: Step, outcome: Outcome) -> None:
        """Record a step that failed or was skipped."""
        if outcome.result is Result.DONE:
            return
        self._objects.add(step.ref)
        if step.ref.group_kind == NAMESPACE:
            self._namespaces.setdefault(step.ref.name, step.ref)
        if step.ref.group_kind == DEFINITION and step.manifest is not None:
            self._kinds.setdefault(read_definition(step.manifest.body).group_kind, step.ref)
        if outcome.component:
            self._components.setdefault(outcome.component, step.ref)

    def blocker(self, step: Step) -> str:
        """Why a step of the next wave is blocked; empty if it is not."""
        for kind, blocker in (
            ("its namespace", self._namespaces.get(step.ref.namespace)),
            ("its kind's CustomResourceDefinition", self._kinds.get(step.ref.group_kind)),
            (
                "an object that it needs",
                min(self._needs.get(step.ref, frozenset()) & self._objects, default=None),
            ),
            ("an earlier object of its component", self._components.get(step.component)),
        ):
            if blocker is not None:
                return f"{kind} was not applied: {blocker}"
        return ""
