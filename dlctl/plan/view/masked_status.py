"""The status of objects with secrets masked: the only input for tables and JSON."""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.model import Scope
from dlctl.redact import Redactor


class MaskedStatus:
    """The status of a target's objects with secrets masked; it cannot be created without a redactor."""

    __slots__ = ("objects", "scope")

    def __init__(self, scope: Scope, objects: Iterable[ObjectStatus], redactor: Redactor) -> None:
        self.scope = scope
        self.objects: tuple[ObjectStatus, ...] = tuple(masked_object(each, redactor) for each in objects)


def masked_object(status: ObjectStatus, redactor: Redactor) -> ObjectStatus:
    """The status of one object with secrets masked."""
    return replace(
        status,
        ref=redactor.mask_ref(status.ref),
        verdict=replace(
            status.verdict,
            message=redactor.mask_message(status.verdict.message),
            reason=redactor.mask_message(status.verdict.reason),
        ),
    )
