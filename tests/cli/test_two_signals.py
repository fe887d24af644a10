"""A second signal ends a command at once, without a traceback: exit 143 by SIGTERM, 130 by Ctrl-C."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

HANDLING = """\
import sys, threading
from dlctl.cli import main, root
waiting = threading.Condition()
def invoke(words):
    with waiting:
        try:
            print("READY", flush=True)
            waiting.wait(60)
        except KeyboardInterrupt:
            print("HANDLES", flush=True)
            waiting.wait(float(words[0]))
            print("REPORTED", flush=True)
    return 130
root.invoke = invoke
main.run()
"""


@contextmanager
def waiting(handling: float) -> Iterator[subprocess.Popen[str]]:
    """A command that waits, and takes `handling` seconds to report after its first signal."""
    command = [sys.executable, "-c", HANDLING, str(handling)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "READY\n"
        yield running


def ended(number: signal.Signals, pause: float, handling: float) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command that gets a signal twice."""
    with waiting(handling) as running:
        running.send_signal(number)
        time.sleep(pause)
        running.send_signal(number)
        out, err = running.communicate(timeout=20)
    return running.returncode, out, err


@pytest.mark.parametrize(("number", "code", "pause"), [(signal.SIGTERM, 143, 1.2), (signal.SIGINT, 130, 0)])
def test_a_second_signal_ends_the_process_at_once(number: signal.Signals, code: int, pause: float) -> None:
    with waiting(60) as running:
        assert running.stdout is not None
        running.send_signal(number)
        assert running.stdout.readline() == "HANDLES\n"
        time.sleep(pause)
        running.send_signal(number)
        assert running.communicate(timeout=20) == ("", "Interrupted\n")
    assert running.returncode == code


def test_a_signal_that_is_sent_twice_as_timeout_does_is_handled_once() -> None:
    for pause in (0.0, 0.001, 0.01, 0.1):
        assert ended(signal.SIGTERM, pause, 0.3) == (143, "HANDLES\nREPORTED\n", "")
