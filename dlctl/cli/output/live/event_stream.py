"""The events of a run as JSON, one document a line, while they happen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dlctl import API_VERSION
from dlctl.cli.output.json_text import json_text
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.deploy.events import Applied, Failed, Judged, Sending
from dlctl.events import Event, MaskedEvent, Note, Progress, WarningNote
from dlctl.plan.view.report import ref_report
from dlctl.report import error_report


class EventStream(LiveProgress):
    """Writes each event to stdout as a line; failures are also lines on stderr."""

    def __init__(self) -> None:
        super().__init__(quiet=True)

    def _show_event(self, name: str, masked: MaskedEvent, counted: Iterator[int], objects: int) -> None:
        if not isinstance(masked.event, Sending):
            with self._lock:
                if self._ended:
                    return
                self._write(json_text(_document(name, masked.event)) + "\n")
        super()._show_event(name, masked, counted, objects)


def _document(environment: str, event: Event) -> dict[str, Any]:
    document: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "Event",
        "type": "other",
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "environment": environment,
        "object": None,
        "action": "",
        "status": "",
        "reached": None,
        "text": "",
        "done": 0,
        "total": 0,
        "errors": [],
    }
    return {**document, **_fields(event)}


def _fields(event: Event) -> dict[str, Any]:
    match event:
        case Applied(ref, action):
            return {"type": "applied", "object": ref_report(ref), "action": action.value}
        case Failed(ref, error):
            return {"type": "failed", "object": ref_report(ref), "errors": [error_report(error)]}
        case Judged(ref, verdict, reached):
            status = {"status": verdict.status.value, "text": verdict.message, "reached": reached}
            return {"type": "status", "object": ref_report(ref), **status}
        case Progress(text, done, total):
            return {"type": "progress", "text": text, "done": done, "total": total}
        case Note(text):
            return {"type": "warning" if isinstance(event, WarningNote) else "note", "text": text}
        case _:
            return {}
