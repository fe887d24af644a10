"""An environment's pin against the cluster that answers, for people and for programs."""

from collections.abc import Iterator
from typing import Any

from dlctl.cli.output.views.unread import error_class, failure_json
from dlctl.workflow.cluster_uses import Pin
from dlctl.workflow.pin_state import PinState


def pin_lines(name: str, state: PinState) -> Iterator[str]:
    """The lines of `env describe`: which cluster answers, whether it is the pinned one, and what to do."""
    if state.server:
        yield f"cluster: {state.server} (context {state.context})"
    if state.error:
        yield f"cluster status: {error_class(state.error)}: {state.error.message}"
        if state.error.hint:
            yield f"  {state.error.hint}"
        return
    answer = state.identity.uid if state.identity else "?"
    if state.identity and state.identity.weak:
        answer += " (identified by server and CA only)"
    if state.pin is Pin.NOT_NEEDED:
        yield f"cluster ID: {answer}; a sandbox needs no pin"
        return
    pinned = f"pinned {state.pinned_id}" if state.pinned_id else "not pinned"
    yield f"cluster ID: {pinned}, actual {answer}: {_VERDICTS[state.pin]}"
    if mend := _MENDS.get(state.pin):
        yield f"  {mend.format(name=name, answer=state.identity.uid if state.identity else '')}"


def pin_json(state: PinState) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "status": error_class(state.error) if state.error else "ok",
        "context": state.context or None,
        "server": state.server or None,
        "id": state.identity.uid if state.identity else None,
        "pin": state.pin.value,
        "error": failure_json(state.error),
    }


_VERDICTS = {
    Pin.OK: "ok",
    Pin.MISMATCH: "mismatch: this is another cluster",
    Pin.MISSING: "nothing can be applied until it is pinned",
    Pin.UNKNOWN: "unknown: you do not have permission to read namespace kube-system, "
    "whose UID is the cluster's ID",
}
_MENDS = {
    Pin.MISMATCH: "if the context is wrong: dlctl env set {name} --context CONTEXT; "
    "if the cluster was recreated: dlctl env set {name} --pin --cluster-id {answer}",
    Pin.MISSING: "if this is the right cluster: dlctl env set {name} --pin",
}
