"""Run a command in a container of a pod, over channels: input, output, and the exit code at the end."""

import json
import threading
from collections.abc import Callable, Iterable

from msgspec import Struct

from dlctl.cluster.protocol import Channels
from dlctl.errors import ClusterError, Unreachable
from dlctl.json_text import NotJson, parse_json
from dlctl.status.model import text_at, value_at

STDIN, STDOUT, STDERR, RESULT, SIZE = range(5)


class Streams(Struct, frozen=True):
    """Where the command's input comes from, and where its output goes. `stdin` None: it has no input."""

    write: Callable[[bytes], None]
    write_error: Callable[[bytes], None]
    stdin: Iterable[bytes] | None = None


def run_remote(channels: Channels, streams: Streams) -> int:
    """The exit code of the command. Raises ClusterError where it could not be run, or was cut off."""
    if streams.stdin is not None:
        threading.Thread(target=_send_input, args=(channels, streams.stdin), daemon=True).start()
    result = b""
    try:
        for channel, data in channels.received():
            if channel == STDOUT:
                streams.write(data)
            elif channel == STDERR:
                streams.write_error(data)
            elif channel == RESULT:
                result += data
    except Unreachable:
        if not result:
            raise
    finally:
        channels.close()
    return exit_code_of(result)


def terminal_size(columns: int, rows: int) -> bytes:
    """What channel SIZE takes."""
    return json.dumps({"Width": columns, "Height": rows}).encode()


def exit_code_of(result: bytes) -> int:
    """The exit code in the Status that a command ends with. Raises ClusterError for another failure."""
    try:
        status = parse_json(result)
    except NotJson:
        raise ClusterError("the connection ended before the command did") from None
    if text_at(status, "status") == "Success":
        return 0
    causes = value_at(status, "details", "causes")
    for cause in causes if isinstance(causes, list) else ():
        code = text_at(cause, "message")
        if text_at(cause, "reason") == "ExitCode" and code.isdecimal():
            return int(code)
    raise ClusterError(f"the command did not run: {text_at(status, 'message') or 'no reason is given'}"[:500])


def _send_input(channels: Channels, parts: Iterable[bytes]) -> None:
    """Send the input and its end; a command that has ended reads no more."""
    try:
        for part in parts:
            channels.send(STDIN, part)
        channels.end(STDIN)
    except Unreachable:
        return
