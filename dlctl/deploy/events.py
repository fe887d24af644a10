"""What a run reports about single objects. All of it comes in the caller's thread, one event at a time."""

from dataclasses import dataclass, replace
from typing import Self

from dlctl.errors import DlctlError
from dlctl.events import Event
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action
from dlctl.redact import Redactor


@dataclass(frozen=True, slots=True)
class Applied(Event):
    """An action was done to an object: PRUNE stands for deleted."""

    ref: ObjectRef
    action: Action

    def masked(self, redactor: Redactor) -> Self:
        """The same without secrets."""
        return replace(self, ref=redactor.mask_ref(self.ref))


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """An action on an object did not work."""

    ref: ObjectRef
    error: DlctlError

    def masked(self, redactor: Redactor) -> Self:
        """The same without secrets."""
        return replace(self, ref=redactor.mask_ref(self.ref), error=redactor.mask_error(self.error))
