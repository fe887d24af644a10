"""The names of stories (simulated behaviors), importable without what plays them."""

import re

from dlctl.errors import UsageError
from dlctl.suggest import did_you_mean
from dlctl.text import shown_name

STORY = "sandbox.dlctl.dev/story"
"""The annotation with the story of a pod or node."""
SINCE = "sandbox.dlctl.dev/story-since"
"""The annotation with the time from which a story of a running pod counts."""

NODE_LOST_MARK = "sandbox.dlctl.dev/node-lost"
"""The annotation of pods whose node is lost: nothing happens to them any more."""

NODE_LOST = "node-lost"
TIMED = ("succeed", "fail", "oom", "evict", "slow-start")
UNTIMED = ("hang", "crash-loop", "image-pull-error", "flap", NODE_LOST)
FORMS = (
    "succeed@T, fail@T[:CODE], oom@T, evict@T, slow-start@T, hang, crash-loop, image-pull-error, flap, "
    + NODE_LOST
)
NODE_FORMS = f"cordon, not-ready, {NODE_LOST}, lose-gpu N, pressure, recover"
_TIMED = re.compile(r"([a-z-]+)@([0-9]{1,6})([smh]?)(?::([0-9]{1,3}))?\Z")


def check_story(text: str) -> str:
    """The story, if it is one. Raises UsageError."""
    match = _TIMED.match(text)
    code = match[4] if match else None
    if text in UNTIMED or (match and match[1] in TIMED and (code is None or _is_failure(match[1], code))):
        return text
    name = re.split("[@:]", text)[0]
    hint = f"behaviors: {FORMS}; T is a time such as 20s"
    if name not in (*TIMED, *UNTIMED):
        hint = did_you_mean(name, (*TIMED, *UNTIMED), hint) or hint
    raise UsageError(f"unknown behavior {shown_name(text)} of a pod", hint=hint)


def _is_failure(name: str, code: str) -> bool:
    return name == "fail" and 1 <= int(code) <= 255
