"""How many requests, and so connections, are under way at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from dlctl.cluster.http.turns import EAGER, Turns

THREADS = 8


def most_at_once(turns: Turns, request: Callable[[], object]) -> int:
    """The most requests that were under way at once, of a burst."""
    lock, running, most = threading.Lock(), 0, 0

    def one(_: int) -> None:
        nonlocal running, most
        with turns.turn():
            with lock:
                running += 1
                most = max(most, running)
            request()
            with lock:
                running -= 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(3 * THREADS)))
    return most


def test_quick_answers_need_few_connections() -> None:
    assert most_at_once(Turns(patience=60), lambda: time.sleep(0.001)) == EAGER


def test_none_waits_for_slow_answers() -> None:
    """Each request ends only when all threads have one: none of them waits for another."""
    assert most_at_once(Turns(patience=0.01), threading.Barrier(THREADS).wait) == THREADS
