"""Pods with stories, made and watched with the sandbox's own kubectl."""

import json
from collections.abc import Iterable
from typing import Any

from dlctl.sandbox.story_names import STORY
from tests.controlplane import Namespace

Json = dict[str, Any]
IMAGE = "example.test/a:1"


def pod(name: str, story: str = "", restart: str = "Never", **container: Any) -> Json:
    """A pod with one container, `main`."""
    metadata: Json = {"name": name, "labels": {"app": name}, "annotations": {STORY: story} if story else {}}
    spec = {"restartPolicy": restart, "containers": [{"name": "main", "image": IMAGE, **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def rank(number: int) -> list[Json]:
    """The environment of a container of this rank."""
    return [{"name": "RANK", "value": str(number)}]


def create(namespace: Namespace, objects: Iterable[Json]) -> None:
    """Create all objects with one command."""
    listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    created = namespace.kubectl("apply", "-f", "-", input=json.dumps(listed))
    assert created.returncode == 0, created.stderr


def wait(namespace: Namespace, target: str, condition: str) -> None:
    """Wait with `kubectl wait --for=CONDITION`; `.path=value` is short for jsonpath."""
    path, _, value = condition.partition("=")
    form = f"jsonpath={{{path}}}={value}" if path.startswith(".") else condition
    waited = namespace.kubectl("wait", f"--for={form}", target, "--timeout=90s")
    assert waited.returncode == 0, waited.stderr


def ok(namespace: Namespace, *arguments: str, input: str | None = None) -> str:  # noqa: A002 - as subprocess
    """The output of kubectl, which must succeed."""
    answer = namespace.kubectl(*arguments, input=input)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout
