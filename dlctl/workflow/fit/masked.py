"""The verdicts without secrets: messages name labels, claims and fields, which parameters may have made."""

from msgspec.structs import replace

from dlctl.nodes.fit.report import GroupFit, Reason
from dlctl.redact import Redactor
from dlctl.workflow.fit.node_check import ClusterFit, ComponentFit


def masked_fit(fit: ClusterFit, redactor: Redactor) -> ClusterFit:
    """The same verdicts, with secrets masked in every message."""
    return replace(fit, components=tuple(_component(each, redactor) for each in fit.components))


def _component(part: ComponentFit, redactor: Redactor) -> ComponentFit:
    unchecked = tuple(replace(each, why=redactor.mask_text(each.why)) for each in part.unchecked)
    return replace(part, groups=tuple(_group(group, redactor) for group in part.groups), unchecked=unchecked)


def _group(group: GroupFit, redactor: Redactor) -> GroupFit:
    reasons = tuple(_reason(reason, redactor) for reason in group.reasons)
    notes = tuple(map(redactor.mask_text, group.notes))
    return replace(group, reasons=reasons, notes=notes, asks=redactor.mask_text(group.asks))


def _reason(reason: Reason, redactor: Redactor) -> Reason:
    message, field = redactor.mask_text(reason.message), redactor.mask_text(reason.field)
    return replace(reason, message=message, field=field, resource=redactor.mask_text(reason.resource))
