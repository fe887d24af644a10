"""An API server of one job with many pods, whose logs come in pieces over connections that are cut."""

import json
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cluster.scripted_server import Answer, Seen, status
from tests.cluster.test_discovery import aggregated

START = datetime(2026, 1, 1, tzinfo=UTC)
STAMP = "%Y-%m-%dT%H:%M:%SZ"
JOB_UID = "job-uid"


def at(second: int) -> str:
    return (START + timedelta(seconds=second)).strftime(STAMP)


@dataclass
class PodServer:
    """`lines` of each of `pods` logs, two in a second; each connection gives `piece` of them and is cut.

    A log's last connection ends as it should. The job is final `late` seconds after all logs were read to
    their end. `most` is how many logs were read at one time.
    """

    pods: int
    lines: int
    piece: int
    late: float = 0.0
    done: set[str] = field(default_factory=set)
    opened: dict[str, int] = field(default_factory=dict)
    most: int = 0
    all_done: float = math.inf
    lock: threading.Lock = field(default_factory=threading.Lock)

    def names(self) -> list[str]:
        return [f"big-{number}" for number in range(self.pods)]

    def __call__(self, seen: Seen) -> Answer:
        parts = seen.path.strip("/").split("/")
        if parts[-1] == "log":
            return self.log(parts[-2], seen.query)
        if seen.query.get("watch"):
            return self.watched(parts[-1])
        if seen.path == "/api":
            return aggregated(("", "v1", [("pods", "Pod", "Namespaced")]))
        if seen.path == "/apis":
            return aggregated(("batch", "v1", [("jobs", "Job", "Namespaced")]))
        if parts[-1] in self.names():
            return Answer(200, self.pod(parts[-1]))
        return status(404, "NotFound")

    def watched(self, plural: str) -> Answer:
        bodies = [self.job()] if plural == "jobs" else [self.pod(name) for name in self.names()]
        events = [json.dumps({"type": "ADDED", "object": body}).encode() + b"\n" for body in bodies]
        return Answer(parts=tuple(events))

    def log(self, pod: str, query: Mapping[str, str]) -> Answer:
        with self.lock:
            self.opened[pod] = self.opened.get(pod, 0) + 1
            self.most = max(self.most, len(self.opened.keys() - self.done))
        since = query.get("sinceTime", "")
        every = [(at(number // 2), f"{pod} line {number}") for number in range(self.lines)]
        left = [f"{time} {text}\n".encode() for time, text in every if time >= since]
        read = len(every) - len(left)
        sent = self.piece * self.opened[pod] - read
        if sent < len(left):
            half = left[sent][: len(left[sent]) // 2]
            return Answer(parts=(*left[:sent], half), cut=True)
        with self.lock:
            self.done.add(pod)
            if len(self.done) == self.pods:
                self.all_done = min(self.all_done, time.monotonic())
        return Answer(parts=tuple(left))

    def job(self) -> dict[str, Any]:
        metadata = {"name": "big", "namespace": "ml", "uid": JOB_UID, "resourceVersion": "1"}
        is_final = time.monotonic() >= self.all_done + self.late
        ended = [{"type": "Complete", "status": "True"}] if is_final else []
        state = {"conditions": ended, "startTime": at(0), "active": self.pods}
        spec = {"parallelism": self.pods, "completions": self.pods, "template": {"spec": {}}}
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec, "status": state}

    def pod(self, name: str) -> dict[str, Any]:
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "big", "uid": JOB_UID, "controller": True}
        metadata = {
            "name": name,
            "namespace": "ml",
            "uid": f"uid-{name}",
            "resourceVersion": "2" if name in self.done else "1",
            "ownerReferences": [owner],
        }
        ended = metadata["resourceVersion"] == "2"
        key = "terminated" if ended else "running"
        state = {key: {"startedAt": at(0), "containerID": name}}
        one = {"name": "main", "containerID": name, "restartCount": 0, "state": state}
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": "a"}]},
            "status": {"phase": "Succeeded" if ended else "Running", "containerStatuses": [one]},
        }
