"""Progress events of the sandbox."""

from pathlib import Path

from dlctl.events import Event


class Waiting(Event, frozen=True):
    """Another process holds a lock; `reason` is a message about it."""

    reason: str


class BuildStarted(Event, frozen=True):
    """A program is being built; the first build takes minutes. `title` is its display name."""

    toolchain: str
    target: Path
    title: str


class Downloading(Event, frozen=True):
    """The Go toolchain downloads a module."""

    module: str
    elapsed: float


class Compiling(Event, frozen=True):
    """`done` of `total` packages are compiled; `package` is the last one (empty before the first)."""

    done: int
    total: int
    package: str
    elapsed: float


class Built(Event, frozen=True):
    """A program was built and stored in the cache."""

    target: Path
    elapsed: float
    title: str


class Cleaned(Event, frozen=True):
    """A crashed sandbox was cleaned up; `kept_data` is true if its objects were kept."""

    name: str
    reason: str
    kept_data: bool


class Started(Event, frozen=True):
    """A program of the sandbox was started."""

    name: str
    program: str


class PortsTaken(Event, frozen=True):
    """Another process uses a chosen port; the start is retried with other ports."""

    name: str


class AlreadyRunning(Event, frozen=True):
    """The sandbox is already running."""

    name: str


class NodesChanged(Event, frozen=True):
    """Simulated nodes were created, changed or deleted."""

    name: str
    created: int
    changed: int
    deleted: int


class KindsServed(Event, frozen=True):
    """CRDs of `count` kinds were created."""

    name: str
    count: int


class Merged(Event, frozen=True):
    """A context was added to, or (`removed`) removed from, a kubeconfig of the user."""

    path: Path
    context: str
    removed: bool = False


class Ready(Event, frozen=True):
    """The API server and the nodes are ready."""

    name: str
    server: str
    elapsed: float


class OperatorReady(Event, frozen=True):
    """An operator is running, and its kinds are served."""

    name: str
    operator: str
    elapsed: float


class HelperRestarted(Event, frozen=True):
    """A helper of a running sandbox had ended; it was started again."""

    name: str
    program: str


class Stopped(Event, frozen=True):
    """Every process of the sandbox has ended."""

    name: str
    kept_data: bool
