"""Events of a run about single objects, emitted in the caller's thread."""

from dataclasses import dataclass, replace
from typing import Self

from dlctl.errors import DlctlError
from dlctl.events import Event
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action
from dlctl.redact import Redactor


@dataclass(frozen=True, slots=True)
class Applied(Event):
    """An action on an object succeeded; PRUNE means deleted."""

    ref: ObjectRef
    action: Action

    def masked(self, redactor: Redactor) -> Self:
        """The event with secrets masked."""
        return replace(self, ref=redactor.mask_ref(self.ref))


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """An action on an object failed."""

    ref: ObjectRef
    error: DlctlError

    def masked(self, redactor: Redactor) -> Self:
        """The event with secrets masked."""
        return replace(self, ref=redactor.mask_ref(self.ref), error=redactor.mask_error(self.error))
