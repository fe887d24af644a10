"""Why pods do not fit, in sentences: what is needed, what is missing where, and who asks for it."""

from collections.abc import Iterable, Iterator

from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.model import TOGETHER, Lasting
from dlctl.nodes.fit.report import SEVERITY, GroupFit, Holder, Reason, Verdict
from dlctl.text import counted, enumerated
from dlctl.workflow.fit.node_check import ComponentFit
from dlctl.workflow.fit.origins import Origins, field_of

SHOWN = 4
"""The most holders of a resource that are named."""


def explained(part: ComponentFit, origins: Origins, *, wide: bool) -> Iterator[str]:
    """The lines about one component; each group that does not fit has a paragraph."""
    for group in part.groups:
        yield from _of_group(group, origins, wide=wide)
    for each in part.unchecked:
        yield from ("", f"{each.name} is not checked: {each.why}")
    for required in part.requirements:
        if wide or not required.nodes:
            yield f"  required: {required.sentence}"


def _of_group(group: GroupFit, origins: Origins, *, wide: bool) -> Iterator[str]:
    if group.verdict is not Verdict.FITS:
        yield from ("", headline(group))
    elif wide:
        yield from ("", f"{title(group)} fits now{_left(group)}")
    named: set[str] = set()
    for reason in group.reasons:
        yield f"  {reason_text(group, reason)}"
        if reason.field and reason.field not in named:
            named.add(reason.field)
            asked = "; ".join(filter(None, map(str, origins.get(field_of(group, reason), ()))))
            yield f"      {reason.field}" + (f": {asked}" if asked else "")
    if group.preemption:
        yield f"  {group.preemption}"
    if wide or not group.wanted or group.verdict is Verdict.UNKNOWN:
        yield from (f"  note: {note}" for note in group.notes)


def title(group: GroupFit) -> str:
    """The object, and the role of the pods in it."""
    request = group.request
    return " ".join(filter(None, (f"{request.kind}/{request.name}", request.role)))


def headline(group: GroupFit) -> str:
    """The verdict in one sentence."""
    return f"{title(group)} {group.verdict.value}: {needs(group)}"


def needs(group: GroupFit) -> str:
    """What is needed, and how much of it there is."""
    together = f", {group.request.minimum} at the same time" if group.request.minimum > 1 else ""
    asked = f"needs {counted(group.wanted, 'pod')}{together}"
    if group.asks:
        asked += f"{', each' if group.wanted != 1 else ''} with {group.asks}"
    if not group.suitable:
        return f"{asked}; none of {counted(group.nodes, 'node')} is suitable"
    return f"{asked}; {group.placed} {'fits' if group.placed == 1 else 'fit'}"


def reason_text(group: GroupFit, reason: Reason) -> str:
    """One reason: on how many nodes it holds, and who holds what is lacking."""
    held = reason.resource and reason.lasting is Lasting.HELD
    message = _held(group, reason) if held else reason.message
    if reason.nodes is None:
        return message
    return f"{reason.nodes} of {counted(group.nodes, 'node')}: {message}"


def _held(group: GroupFit, reason: Reason) -> str:
    """Who holds a resource, and who of the same check would take it."""
    own = [each for each in group.holders if each.resource == reason.resource]
    there = _names(each for each in own if not each.name.endswith(TOGETHER))
    planned = _names(each for each in own if each.name.endswith(TOGETHER))
    if not planned:
        return f"{reason.message} by {there}" if there else reason.message
    if not there:
        return f"{reason.resource} would be taken by {planned}"
    return f"{reason.message} by {there}, and would be taken by {planned}"


def _names(holders: Iterable[Holder]) -> str:
    names = [f"{each.name} ({written(each.resource, each.amount)})" for each in holders]
    return enumerated(names, limit=SHOWN) if names else ""


def _left(group: GroupFit) -> str:
    texts = []
    for each in group.left:
        largest = f" (up to {written(each.resource, each.largest)} on one node)" if each.total else ""
        texts.append(f"{written(each.resource, each.total)} {each.resource}{largest}")
    return f", and leaves {enumerated(texts)}" if texts else ""


def component_line(part: ComponentFit) -> str:
    """The verdict on a component in one line, with what speaks most against it."""
    group = max(part.groups, key=lambda each: SEVERITY.index(each.verdict))
    if group.verdict is Verdict.FITS:
        pods = counted(sum(each.wanted for each in part.groups), "pod")
        return f"component {part.component} fits now ({pods}){_left(group)}"
    reason = next(iter(group.reasons), None)
    why = f"; {reason_text(group, reason)}" if reason else ""
    return f"component {part.component} {group.verdict.value}: {title(group)} {needs(group)}{why}"
