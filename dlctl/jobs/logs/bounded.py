"""A queue that threads fill no faster than it is emptied, until the command ends."""

import queue
import threading
from typing import TypeVar

Item = TypeVar("Item")


class Bounded(queue.Queue[Item]):
    """A queue of at most `most` items; `stop` is set where the command ends."""

    def __init__(self, most: int, stop: threading.Event) -> None:
        super().__init__(most)
        self._stop = stop

    def fill(self, item: Item) -> bool:
        """Put an item into the queue when there is room. False where the command ends."""
        while not self._stop.is_set():
            try:
                self.put(item, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False

    def pause(self, seconds: float) -> bool:
        """Wait so many seconds. False where the command ends meanwhile."""
        return not self._stop.wait(seconds)
