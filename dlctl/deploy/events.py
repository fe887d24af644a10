"""Events of a run about single objects, emitted in the caller's thread."""

from typing import Self

from msgspec.structs import replace

from dlctl.errors import DlctlError
from dlctl.events import Event
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action
from dlctl.redact import Redactor
from dlctl.status import Verdict


class Sending(Event, frozen=True):
    """Requests about these objects are about to be sent; `deletes`: to delete them."""

    refs: tuple[ObjectRef, ...]
    deletes: bool = False

    def masked(self, redactor: Redactor) -> Self:
        """The event with secrets masked."""
        return replace(self, refs=tuple(map(redactor.mask_ref, self.refs)))


class Applied(Event, frozen=True):
    """An action on an object succeeded; PRUNE means deleted."""

    ref: ObjectRef
    action: Action

    def masked(self, redactor: Redactor) -> Self:
        """The event with secrets masked."""
        return replace(self, ref=redactor.mask_ref(self.ref))


class Failed(Event, frozen=True):
    """An action on an object failed."""

    ref: ObjectRef
    error: DlctlError

    def masked(self, redactor: Redactor) -> Self:
        """The event with secrets masked."""
        return replace(self, ref=redactor.mask_ref(self.ref), error=redactor.mask_error(self.error))


class Judged(Event, frozen=True):
    """An object that is waited for has another status; `reached`: it is as far as it must be."""

    ref: ObjectRef
    verdict: Verdict
    reached: bool

    def masked(self, redactor: Redactor) -> Self:
        """The event with secrets masked."""
        message = redactor.mask_message(self.verdict.message)
        reason = redactor.mask_message(self.verdict.reason)
        verdict = replace(self.verdict, message=message, reason=reason)
        return replace(self, ref=redactor.mask_ref(self.ref), verdict=verdict)
