"""Stories: how a simulated pod behaves, as Stage objects for kwok.

A story stands in the pod's annotation. The statuses are those that a kubelet writes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from dlctl.sandbox.story_names import NODE_LOST_MARK, SINCE, STORY

_FILE = Path(__file__).parent / "stages" / "stories.yaml"


def story_stages() -> Iterator[Any]:
    """The stages of pods with a story."""
    text = _FILE.read_text()
    for key, value in _macros().items():
        text = text.replace(f"'<{key}>'", json.dumps(value)).replace(f"<{key}>", value)
    yield from yaml.safe_load_all(text)


def without_stories(stage: Any) -> Any:
    """A stage that leaves pods and nodes with a story alone; deletion is for all."""
    if stage["spec"]["next"].get("delete"):
        return stage
    selector = stage["spec"]["selector"]
    none = {"key": f'.metadata.annotations["{STORY}"]', "operator": "DoesNotExist"}
    expressions = [*selector.get("matchExpressions", []), none]
    spec = {**stage["spec"], "selector": {**selector, "matchExpressions": expressions}}
    return {**stage, "spec": spec}


def without_lost_pods(stage: Any) -> Any:
    """A stage that leaves pods on lost nodes alone, also when they are deleted."""
    if stage["spec"]["resourceRef"]["kind"] != "Pod":
        return stage
    selector = stage["spec"]["selector"]
    none = {"key": f'.metadata.annotations["{NODE_LOST_MARK}"]', "operator": "DoesNotExist"}
    expressions = [*selector.get("matchExpressions", []), none]
    return {**stage, "spec": {**stage["spec"], "selector": {**selector, "matchExpressions": expressions}}}


def _macros() -> dict[str, str]:
    """Texts that the stages share: jq expressions, in one line each."""
    story = f'.metadata.annotations["{STORY}"]'
    action = f'({story} // "" | split("@")[0])'
    seconds = (
        f'({story} | capture("@(?<n>[0-9]+)(?<u>[smh])?") '
        '| (.n | tonumber) * ({"s": 1, "m": 60, "h": 3600}[.u // "s"]))'
    )
    begun = (
        "([.status.containerStatuses[0].state.running.startedAt, "
        f'.metadata.annotations["{SINCE}"]] | map(select(. != null)) | max | fromdate)'
    )
    ends = (
        f'{action} as $a | (.spec.restartPolicy // "Always") as $r '
        '| if .status.containerStatuses[0].state.running == null then "waits" '
        'elif $a == "succeed" then (if $r == "Always" then "restarts" else "ends" end) '
        'elif $a == "fail" or $a == "oom" or $a == "crash-loop" '
        'then (if $r == "Never" then "ends" else "restarts" end) else "runs" end'
    )
    return {"ACTION": action, "DEADLINE": f"{seconds} as $t | {begun} + $t | todate", "EXIT": ends}
