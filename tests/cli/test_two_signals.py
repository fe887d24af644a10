"""A second signal ends a command at once, without a traceback: exit 143 by SIGTERM, 130 by Ctrl-C."""

import signal
import subprocess
import sys
import time

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


def ended(number: signal.Signals, pause: float, handling: float) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command that gets a signal twice."""
    command = [sys.executable, "-c", HANDLING, str(handling)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "READY\n"
        running.send_signal(number)
        time.sleep(pause)
        running.send_signal(number)
        out, err = running.communicate(timeout=20)
    return running.returncode, out, err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_second_signal_ends_the_process_at_once(number: signal.Signals, code: int) -> None:
    assert ended(number, 0.2, 60) == (code, "HANDLES\n", "")


def test_a_second_ctrl_c_counts_however_soon_it_comes() -> None:
    code, _, err = ended(signal.SIGINT, 0.03, 60)
    assert (code, err) == (130, "")


def test_a_signal_that_is_sent_twice_as_timeout_does_is_handled_once() -> None:
    for pause in (0.0, 0.001, 0.01):
        assert ended(signal.SIGTERM, pause, 0.2) == (143, "HANDLES\nREPORTED\n", "")
