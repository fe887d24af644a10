"""What the sandbox tells while it works: values, given to an `emit` callback."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another process holds a lock; `reason` says what for."""

    reason: str


@dataclass(frozen=True, slots=True)
class BuildStarted:
    """A program is being built; it takes minutes the first time. `title` names it in words."""

    toolchain: str
    target: Path
    title: str


@dataclass(frozen=True, slots=True)
class Downloading:
    """The Go toolchain fetches a module of the sources."""

    module: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Compiling:
    """`done` of `total` packages are compiled; `package` is the last one (empty before the first)."""

    done: int
    total: int
    package: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Built:
    """The program's binary is in the cache."""

    target: Path
    elapsed: float
    title: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The remains of a crashed sandbox were removed; `kept_data` says whether its objects survive."""

    name: str
    reason: str
    kept_data: bool


@dataclass(frozen=True, slots=True)
class Started:
    """A program of the sandbox was started."""

    name: str
    program: str


@dataclass(frozen=True, slots=True)
class PortsTaken:
    """Another process took a port first; the start is tried again with other ports."""

    name: str


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """`up` found the sandbox running."""

    name: str


@dataclass(frozen=True, slots=True)
class NodesChanged:
    """Simulated nodes were created, changed or deleted."""

    name: str
    created: int
    changed: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Merged:
    """A context was added to, or (`removed`) taken out of, a kubeconfig of the user."""

    path: Path
    context: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """The sandbox answers, and its nodes are ready."""

    name: str
    server: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class OperatorReady:
    """An operator runs beside the control plane, and its kinds are served."""

    name: str
    operator: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Stopped:
    """Every process of the sandbox has ended."""

    name: str
    kept_data: bool


Event = (
    Waiting
    | BuildStarted
    | Downloading
    | Compiling
    | Built
    | Cleaned
    | Started
    | PortsTaken
    | AlreadyRunning
    | NodesChanged
    | Merged
    | Ready
    | OperatorReady
    | Stopped
)
Emit = Callable[[Event], None]


def no_events(_: Event) -> None:
    """An `emit` for callers who do not listen."""
