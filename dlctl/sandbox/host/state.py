"""The state file of a sandbox: its processes, ports, and merged kubeconfigs."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field, to_builtins
from msgspec.structs import replace

from dlctl.errors import Location, SandboxError
from dlctl.files.replace import replace_file
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.ports import LOOPBACK, Ports
from dlctl.sandbox.host.processes import Running

FORMAT = 1


class Merge(Struct, frozen=True):
    """A kubeconfig of the user to which the sandbox's context was added.

    `emptied` records how each empty list was written before: `[]`, `null`, or not at all.
    """

    path: str
    created: bool = False
    emptied: Mapping[str, str] = field(default_factory=dict)


class State(Struct, frozen=True):
    """The recorded state of one sandbox.

    `ready` is set after a complete start; with `kept`, older data must survive a failed start;
    `kubectl` is the command of the kubectl of the same version; `operators` are running operators;
    `job_seconds` is how long the pods of jobs run, if it was chosen;
    `storage_class` is the one whose claims are bound, if any. `helpers` are programs without which the
    sandbox still works: their commands and flags, by name.
    """

    name: str
    ports: Ports | None = None
    processes: tuple[Running, ...] = ()
    ready: bool = False
    kept: bool = False
    merged: tuple[Merge, ...] = ()
    kubectl: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    job_seconds: int | None = None
    storage_class: str = ""
    helpers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def server(self) -> str:
        """The URL of the API server, empty before ports are chosen."""
        return f"https://{LOOPBACK}:{self.ports.server}" if self.ports else ""

    def stopped(self) -> "State":
        """The state of the stopped sandbox: without processes and ports."""
        return replace(self, ports=None, processes=(), ready=False, kept=True, helpers={})


def save(folder: Folder, state: State) -> None:
    """Write the state atomically."""
    content = {"format": FORMAT, **to_builtins(state)}
    replace_file(folder.state, json.dumps(content, indent=1).encode() + b"\n")


def load(folder: Folder, name: str) -> State | None:
    """The last written state, or None. Raises SandboxError if it cannot be read."""
    try:
        content = json.loads(folder.state.read_bytes())
        return _parsed(name, content)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SandboxError(
            "the sandbox's state cannot be read",
            location=Location(str(folder.state)),
            hint=f"remove it with 'dlctl sandbox down {name}'",
        ) from error


def _parsed(name: str, content: Mapping[str, Any]) -> State:
    if content["format"] != FORMAT:
        raise ValueError(content["format"])
    return State(
        name=name,
        ports=Ports(**content["ports"]) if content["ports"] else None,
        processes=tuple(Running(**process) for process in content["processes"]),
        ready=content["ready"],
        kept=content["kept"],
        merged=tuple(Merge(**merge) for merge in content["merged"]),
        kubectl=tuple(content["kubectl"]),
        operators=tuple(content.get("operators", ())),  # older state files have none
        job_seconds=content.get("job_seconds"),
        storage_class=content.get("storage_class", ""),
        helpers={name: tuple(command) for name, command in content.get("helpers", {}).items()},
    )
