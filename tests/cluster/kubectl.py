"""The kubectl that belongs to the control plane: the judge of what a kubeconfig means."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kubectl:
    """Runs one kubectl with an environment of its own, so that nothing of the tester's gets in."""

    command: tuple[str, ...]
    environ: Mapping[str, str]
    folder: Path

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        base = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return subprocess.run(
            [*self.command, *arguments],
            env={**base, **self.environ},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def json(self, *arguments: str) -> Any:
        """The answer, or None where kubectl refuses."""
        done = self.run(*arguments)
        return json.loads(done.stdout) if done.returncode == 0 else None


def selected(view: Any) -> dict[str, Any]:
    """Context, cluster and user of a `config view --minify --flatten --raw -o json`."""
    context = _only(view["contexts"])
    cluster = _named(view["clusters"], context["context"].get("cluster", ""), "cluster")
    user = _named(view["users"], context["context"].get("user", ""), "user")
    return {
        "context": context["name"],
        "namespace": context["context"].get("namespace", ""),
        "cluster": {key: value for key, value in cluster.items() if key != "extensions"},
        "user": user,
    }


def _only(entries: Sequence[Any] | None) -> Any:
    assert entries is not None
    (entry,) = entries
    return entry


def _named(entries: Sequence[Any] | None, name: str, key: str) -> dict[str, Any]:
    found = [entry[key] for entry in entries or () if entry["name"] == name]
    return dict(found[0] or {}) if found else {}
