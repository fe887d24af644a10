"""What is read of logs, and what comes out."""

from msgspec import Struct


class LogSource(Struct, frozen=True):
    """One run of one container: a container that is restarted has another run.

    `replica` is what people call its pod: `worker-3`, or the pod's name. With `ended` it writes no more; with
    `previous` it is the run before the present one. `exit_code` is how the run before it ended, if it did.
    """

    namespace: str
    pod: str
    uid: str
    container: str
    run: str
    replica: str
    role: str = ""
    index: str = ""
    chief: bool = False
    ended: bool = False
    previous: bool = False
    exit_code: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells runs apart."""
        return self.uid, self.container, self.run


class LogLine(Struct, frozen=True):
    """One line of a log; `time` is RFC 3339, and empty where the node gave none."""

    source: LogSource
    time: str
    text: str


class LogNotice(Struct, frozen=True):
    """Something about a log that is no line of it, for stderr; `failed`: a log could not be read."""

    text: str
    failed: bool = False


Entry = LogLine | LogNotice


class LogOptions(Struct, frozen=True):
    """Which part of each log is read: the last lines, lines since a time, those of the run before."""

    follow: bool = False
    previous: bool = False
    tail: int | None = None
    since_seconds: int | None = None
    since_time: str = ""
