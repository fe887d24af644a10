"""Call what hears no interrupt and has no limit, such as the system's look-up of host names."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Value = TypeVar("Value")


def in_thread(call: Callable[[], Value], seconds: float) -> Value:
    """The result of a call, which runs in a thread of its own; its errors are raised here.

    Raises TimeoutError after so many seconds, and KeyboardInterrupt at once. The thread then runs on.
    """
    outcome: Future[Value] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome.result(seconds)
