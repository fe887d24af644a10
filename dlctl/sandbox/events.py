"""What the sandbox reports while it works."""

from dataclasses import dataclass
from pathlib import Path

from dlctl.events import Event


@dataclass(frozen=True, slots=True)
class Waiting(Event):
    """Another process holds a lock; `reason` says what for."""

    reason: str


@dataclass(frozen=True, slots=True)
class BuildStarted(Event):
    """A program is being built; it takes minutes the first time. `title` names it in words."""

    toolchain: str
    target: Path
    title: str


@dataclass(frozen=True, slots=True)
class Downloading(Event):
    """The Go toolchain fetches a module of the sources."""

    module: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Compiling(Event):
    """`done` of `total` packages are compiled; `package` is the last one (empty before the first)."""

    done: int
    total: int
    package: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Built(Event):
    """The program's binary is in the cache."""

    target: Path
    elapsed: float
    title: str


@dataclass(frozen=True, slots=True)
class Cleaned(Event):
    """The remains of a crashed sandbox were removed; `kept_data` says whether its objects survive."""

    name: str
    reason: str
    kept_data: bool


@dataclass(frozen=True, slots=True)
class Started(Event):
    """A program of the sandbox was started."""

    name: str
    program: str


@dataclass(frozen=True, slots=True)
class PortsTaken(Event):
    """Another process took a port first; the start is tried again with other ports."""

    name: str


@dataclass(frozen=True, slots=True)
class AlreadyRunning(Event):
    """`up` found the sandbox running."""

    name: str


@dataclass(frozen=True, slots=True)
class NodesChanged(Event):
    """Simulated nodes were created, changed or deleted."""

    name: str
    created: int
    changed: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Merged(Event):
    """A context was added to, or (`removed`) taken out of, a kubeconfig of the user."""

    path: Path
    context: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Ready(Event):
    """The sandbox answers, and its nodes are ready."""

    name: str
    server: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class OperatorReady(Event):
    """An operator runs beside the control plane, and its kinds are served."""

    name: str
    operator: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """Every process of the sandbox has ended."""

    name: str
    kept_data: bool
