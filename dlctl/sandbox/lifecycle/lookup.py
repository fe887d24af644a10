"""Find sandboxes and their kubeconfigs. Read-only."""

from enum import Enum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import SandboxError
from dlctl.sandbox.host import users
from dlctl.sandbox.host.home import Folder, Home
from dlctl.sandbox.host.kubeconfig import context_name
from dlctl.sandbox.host.processes import find
from dlctl.sandbox.host.state import State, load
from dlctl.sandbox.not_running import SandboxNotRunning
from dlctl.sandbox.programs.programs import SERVERS


class RunState(Enum):
    """The state of a sandbox."""

    RUNNING = "running"
    STARTING = "starting"
    STOPPED = "stopped"
    CRASHED = "crashed"


class Sandbox(Struct, frozen=True):
    """The current status of a sandbox; `server` is empty unless it is running.

    `dead` are ended programs; a running sandbox works without those that are listed there.
    """

    name: str
    status: RunState
    server: str
    context: str
    kubeconfig: Path
    folder: Path
    dead: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()


ANSWER_TIMEOUT = 2.0
"""Seconds in which an API server that runs answers."""


def list_sandboxes(home: Home) -> tuple[Sandbox, ...]:
    """Every sandbox of this user, sorted by name; one whose API server does not answer is starting."""
    found = [sandbox for name in home.names() if (sandbox := _readable(name, home))]
    return tuple(sandbox if _answers(sandbox, home) else _starting(sandbox) for sandbox in found)


def _answers(sandbox: Sandbox, home: Home) -> bool:
    """Whether the API server of a sandbox with all programs is ready; True for any other sandbox."""
    if sandbox.status is not RunState.RUNNING:
        return True
    from dlctl.sandbox.host.certificates import Pki
    from dlctl.sandbox.host.server import Server

    try:
        with Server(sandbox.server, Pki(home.folder(sandbox.name).pki)) as server:
            return server.ready(ANSWER_TIMEOUT)
    except OSError:  # it was removed meanwhile, with its certificates
        return False


def _starting(sandbox: Sandbox) -> Sandbox:
    return replace(sandbox, status=RunState.STARTING, server="")


def look_up(name: str, home: Home) -> Sandbox | None:
    """One sandbox, or None. Raises SandboxError if its state cannot be read."""
    folder = home.folder(name)
    state = load(folder, name)
    return describe(folder, state) if state else None


def describe(folder: Folder, state: State) -> Sandbox:
    """The status from the state file and the running processes."""
    alive = {running.program for running in state.processes if find(running, folder.root)}
    dead = tuple(program for program in (*SERVERS, *state.operators) if program not in alive)
    helpers = tuple(name for name in state.helpers if name not in alive) if state.processes else ()
    status = _status(state, dead)
    return Sandbox(
        name=state.name,
        status=status,
        server=state.server if status is RunState.RUNNING else "",
        context=context_name(state.name),
        kubeconfig=folder.kubeconfig,
        folder=folder.root,
        dead=(*dead, *helpers),
        operators=state.operators,
    )


def kubeconfig_path(name: str, *, home: Home, user: str = users.ADMIN) -> Path:
    """The kubeconfig of a running sandbox. Raises SandboxError if it is not running."""
    users.check_user(user)
    running(name, home)
    folder = home.folder(name)
    return folder.kubeconfig if user == users.ADMIN else folder.kubeconfigs / user


def kubectl_command(name: str, *, home: Home) -> tuple[str, ...]:
    """The kubectl command of a running sandbox, of the same version as its server."""
    running(name, home)
    state = load(home.folder(name), name)
    return state.kubectl if state else ()


def running(name: str, home: Home) -> Sandbox:
    """The sandbox. Raises SandboxNotRunning, or SandboxError if its state cannot be read."""
    sandbox = look_up(name, home)
    hint = f"start it with 'dlctl sandbox up {name}'"
    if sandbox is None:
        raise SandboxNotRunning(f"sandbox '{name}' not found", state="not-found", hint=hint)
    if sandbox.status is RunState.CRASHED:
        raise SandboxNotRunning(
            f"sandbox '{name}' has crashed: {', '.join(sandbox.dead)} ended",
            state=sandbox.status.value,
            hint=f"{hint}; the logs are in {home.folder(name).logs}",
        )
    if sandbox.status is not RunState.RUNNING:
        state = sandbox.status.value
        if sandbox.status is RunState.STARTING:
            hint = f"'dlctl sandbox up {name}' waits until it is ready"
        raise SandboxNotRunning(f"sandbox '{name}' is {state}, not running", state=state, hint=hint)
    return sandbox


def _status(state: State, dead: tuple[str, ...]) -> RunState:
    if state.ready:
        return RunState.CRASHED if dead else RunState.RUNNING
    return RunState.STARTING if state.processes or not state.kept else RunState.STOPPED


def _readable(name: str, home: Home) -> Sandbox | None:
    try:
        return look_up(name, home)
    except SandboxError:
        folder = home.folder(name)
        return Sandbox(name, RunState.CRASHED, "", context_name(name), folder.kubeconfig, folder.root)
