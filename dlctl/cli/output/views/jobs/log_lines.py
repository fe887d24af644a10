"""Lines of logs for people and for programs."""

import sys
from collections.abc import Iterable
from typing import Any

from dlctl import API_VERSION
from dlctl.cli.output.json_text import json_text
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import stdout_is_terminal, write_data
from dlctl.cli.output.style import Style, styled
from dlctl.cli.output.views.jobs.log_format import LogFormat
from dlctl.events import Note, WarningNote
from dlctl.jobs.logs.model import Entry, LogLine, LogNotice, LogSource
from dlctl.manifest import ObjectRef
from dlctl.plan.view.report import ref_report

_COLOURS = (Style.NOTE, Style.WARN, Style.GOOD, Style.DIM)


class LogPrinter:
    """Writes entries; notices go to stderr. `prefix`: each line has its replica before it."""

    def __init__(
        self, form: LogFormat, environment: str, job: ObjectRef, *, prefix: bool, timestamps: bool
    ) -> None:
        self._form = form
        self._environment = environment
        self._job = job
        self._prefix = prefix and form is LogFormat.TEXT
        self._timestamps = timestamps
        self._terminal = stdout_is_terminal()
        self._width = 0
        self._styles: dict[str, Style] = {}
        self.lines = 0
        self.failed = 0

    def expect(self, sources: Iterable[LogSource]) -> None:
        """Make the prefixes as wide as these need."""
        self._width = max(self._width, *(len(each.replica) for each in sources), 0)

    def write(self, entry: Entry) -> None:
        """Write one entry. Raises the errors of `data`."""
        if isinstance(entry, LogNotice):
            self.failed += entry.failed
            log_event(WarningNote(entry.text) if entry.failed else Note(entry.text))
            return
        self.lines += 1
        write_data(self._json(entry) if self._form is LogFormat.JSONL else self._text(entry))

    def _text(self, line: LogLine) -> str:
        time = f"{line.time} " if self._timestamps and line.time else ""
        text = f"{time}{line.text}\n"
        shown = printable(text) if self._terminal else text
        return f"{self._label(line.source)} | {shown}" if self._prefix else shown

    def _label(self, source: LogSource) -> str:
        self.expect([source])
        style = self._styles.setdefault(source.replica, _COLOURS[len(self._styles) % len(_COLOURS)])
        text = source.replica.ljust(self._width)
        return styled(text, style, sys.stdout) if self._terminal else text

    def _json(self, line: LogLine) -> str:
        source = line.source
        body: dict[str, Any] = {
            "apiVersion": API_VERSION,
            "kind": "LogLine",
            "environment": self._environment,
            "object": ref_report(self._job),
            "replica": source.replica,
            "role": source.role,
            "index": source.index,
            "pod": source.pod,
            "container": source.container,
            "time": line.time or None,
            "line": line.text,
            "errors": [],
        }
        return json_text(body, indent=None) + "\n"
