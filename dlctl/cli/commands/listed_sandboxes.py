"""How `sandbox list` shows a sandbox."""

from typing import Any

from dlctl.sandbox.lifecycle.lookup import Sandbox


def status_text(sandbox: Sandbox) -> str:
    """The status in the table of `sandbox list`, with helpers that have ended."""
    ended = f" ({', '.join(sandbox.dead)} ended)" if sandbox.server and sandbox.dead else ""
    return f"{sandbox.status.value}{ended}"


def as_json(sandbox: Sandbox) -> dict[str, Any]:
    """The sandbox in the JSON of `sandbox list`."""
    return {
        "name": sandbox.name,
        "status": sandbox.status.value,
        "server": sandbox.server or None,
        "context": sandbox.context,
        "kubeconfig": str(sandbox.kubeconfig),
        "folder": str(sandbox.folder),
        "dead": list(sandbox.dead),
        "operators": list(sandbox.operators),
    }
