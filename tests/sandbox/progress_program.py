"""A program that reports a build as the sandbox does; on a terminal it waits until each row was drawn."""

import sys
import time
from pathlib import Path
from typing import Any

from dlctl.cli.output.live.sandbox_progress import Progress
from dlctl.cli.output.style import wants_colour
from dlctl.sandbox import events

TARGET = Path("/cache/controlplane")
BUILD = (
    events.BuildStarted("go1.26.8", TARGET, "the control plane"),
    events.Downloading("k8s.io/api v0.36.3", 3.2),
    events.Compiling(10, 20, "k8s.io/api/core/v1", 61.0),
    events.Compiling(20, 20, "main", 125.9),
    events.Built(TARGET, 131.4, "the control plane"),
)
ROWS = ("", "downloading", "compiling", "linking", "")
"""How the row of each of these events begins; events without a row are printed as lines."""
LIMIT = 60.0


class Watched:
    """A stream that remembers what was written to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.written = ""

    def write(self, text: str) -> int:
        self.written += text
        return int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def wait_for(self, text: str) -> None:
        """Wait until this was written."""
        end = time.monotonic() + LIMIT
        while text not in self.written and time.monotonic() < end:
            time.sleep(0.01)


def main() -> None:
    stream = Watched(sys.stderr)
    rows_are_drawn = wants_colour(sys.stderr)
    sys.stderr = stream
    with Progress() as progress:
        for event, row in zip(BUILD, ROWS, strict=True):
            progress(event)
            if rows_are_drawn:
                stream.wait_for(row)


if __name__ == "__main__":
    main()
