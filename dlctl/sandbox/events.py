"""Progress events of the sandbox."""

from dataclasses import dataclass
from pathlib import Path

from dlctl.events import Event


@dataclass(frozen=True, slots=True)
class Waiting(Event):
    """Another process holds a lock; `reason` is a message about it."""

    reason: str


@dataclass(frozen=True, slots=True)
class BuildStarted(Event):
    """A program is being built; the first build takes minutes. `title` is its display name."""

    toolchain: str
    target: Path
    title: str


@dataclass(frozen=True, slots=True)
class Downloading(Event):
    """The Go toolchain downloads a module."""

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
    """A program was built and stored in the cache."""

    target: Path
    elapsed: float
    title: str


@dataclass(frozen=True, slots=True)
class Cleaned(Event):
    """A crashed sandbox was cleaned up; `kept_data` is true if its objects were kept."""

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
    """Another process uses a chosen port; the start is retried with other ports."""

    name: str


@dataclass(frozen=True, slots=True)
class AlreadyRunning(Event):
    """The sandbox is already running."""

    name: str


@dataclass(frozen=True, slots=True)
class NodesChanged(Event):
    """Simulated nodes were created, changed or deleted."""

    name: str
    created: int
    changed: int
    deleted: int


@dataclass(frozen=True, slots=True)
class KindsServed(Event):
    """CRDs of `count` kinds were created."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Merged(Event):
    """A context was added to, or (`removed`) removed from, a kubeconfig of the user."""

    path: Path
    context: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Ready(Event):
    """The API server and the nodes are ready."""

    name: str
    server: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class OperatorReady(Event):
    """An operator is running, and its kinds are served."""

    name: str
    operator: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """Every process of the sandbox has ended."""

    name: str
    kept_data: bool
