"""What is written down about a sandbox: enough to find its processes, and to undo its merge."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from dlctl.errors import Location, SandboxError
from dlctl.files.replace import replace_file
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.ports import LOOPBACK, Ports
from dlctl.sandbox.host.processes import Running

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Merge:
    """A kubeconfig of the user that our context was added to.

    `emptied` says how each list was written that was empty before: `[]`, `null`, or not at all.
    """

    path: str
    created: bool = False
    emptied: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """One sandbox as written down.

    `ready` is set after a complete start; `kept` says that data from before this start must survive a
    failed one; `kubectl` is how the kubectl of the same version is called; `operators` run beside it.
    """

    name: str
    ports: Ports | None = None
    processes: tuple[Running, ...] = ()
    ready: bool = False
    kept: bool = False
    merged: tuple[Merge, ...] = ()
    kubectl: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()

    @property
    def server(self) -> str:
        """The URL of the API server, empty before ports are chosen."""
        return f"https://{LOOPBACK}:{self.ports.server}" if self.ports else ""

    def stopped(self) -> "State":
        """The same sandbox without processes and ports, its data kept."""
        return replace(self, ports=None, processes=(), ready=False, kept=True)


def save(folder: Folder, state: State) -> None:
    """Write the state; whoever reads it sees the old one or the new one."""
    content = {"format": FORMAT, **asdict(state)}
    replace_file(folder.state, json.dumps(content, indent=1).encode() + b"\n")


def load(folder: Folder, name: str) -> State | None:
    """The state as last written, None where there is none; SandboxError where it is not ours to read."""
    try:
        content = json.loads(folder.state.read_bytes())
        return _parsed(name, content)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SandboxError(
            "the sandbox's state cannot be read",
            location=Location(str(folder.state)),
            hint=f"run `dlctl sandbox down {name}`, which removes it",
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
        operators=tuple(content.get("operators", ())),  # none in a state from before there were any
    )
