"""States of objects without their secrets: the only form that tables and JSON are made from."""

from collections.abc import Iterable
from dataclasses import replace

from dlctl.plan.live.status import ObjectStatus
from dlctl.plan.model import Scope
from dlctl.redact import Redactor


class MaskedStatus:
    """The states of a target's objects with their secrets masked; it cannot be made without a redactor."""

    __slots__ = ("objects", "scope")

    def __init__(self, scope: Scope, objects: Iterable[ObjectStatus], redactor: Redactor) -> None:
        self.scope = scope
        self.objects: tuple[ObjectStatus, ...] = tuple(
            replace(
                each,
                ref=redactor.mask_ref(each.ref),
                verdict=replace(each.verdict, message=redactor.mask_text(each.verdict.message)),
            )
            for each in objects
        )
