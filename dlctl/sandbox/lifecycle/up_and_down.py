"""`up` and `down`: start and remove sandboxes."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from dlctl.errors import SandboxError
from dlctl.events import Emit, no_events
from dlctl.files.lock_file import lock_file
from dlctl.sandbox.events import (
    AlreadyRunning,
    NodesChanged,
    PortsTaken,
    Ready,
    Stopped,
    Waiting,
)
from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.home import Folder, Home
from dlctl.sandbox.host.server import Server
from dlctl.sandbox.host.state import State, load, save
from dlctl.sandbox.kinds.definitions import Kind
from dlctl.sandbox.lifecycle import cleanup as remains
from dlctl.sandbox.lifecycle import merge
from dlctl.sandbox.lifecycle.helpers import restarted
from dlctl.sandbox.lifecycle.lookup import Sandbox, describe
from dlctl.sandbox.lifecycle.served import Served
from dlctl.sandbox.lifecycle.storage import provisioned
from dlctl.sandbox.nodes.model import NodePlan
from dlctl.sandbox.nodes.nodes import DEFAULT_NODES, parse_nodes
from dlctl.sandbox.nodes.simulation import simulate
from dlctl.sandbox.operators.launch import Launch
from dlctl.sandbox.operators.model import chosen
from dlctl.sandbox.programs.build import built_binary
from dlctl.sandbox.programs.programs import Programs, complete, find_separate, missing
from dlctl.sandbox.start import PortTakenError, Start

ATTEMPTS = 5
"""Attempts to start with other ports, before giving up."""


def up(
    name: str,
    *,
    home: Home,
    environ: Mapping[str, str],
    nodes: NodePlan | None = None,
    merge_into: Path | None = None,
    operators: Sequence[str] = (),
    kinds: Sequence[Kind] = (),
    job_seconds: int | None = None,
    storage_class: str = "",
    emit: Emit = no_events,
) -> Sandbox:
    """Start the sandbox with `nodes` and `operators`, and serve `kinds`.

    In a running sandbox, only `nodes`, `kinds`, `merge_into` and missing operators are applied. Builds the
    control plane and the operators first if necessary. An interrupted or failed start leaves no processes
    and no files, except data kept by `down`. `job_seconds` is for the start only. Raises SandboxError.
    """
    if merge_into:
        merge.check(merge_into)
    begun = time.monotonic()
    folder = home.folder(name)
    served = Served(tuple(kinds))
    with _locked(name, home, emit):
        state = remains.cleaned(folder, name, emit)
        launches = _launches((*state.operators, *operators), folder, home, environ, emit)
        if state.ready:
            _check_not_timed(state, job_seconds)
            emit(AlreadyRunning(name))
            state = restarted(state, folder, environ, emit)
        else:
            state = state if job_seconds is None else replace(state, job_seconds=job_seconds)
            nodes = nodes or (None if state.kept else parse_nodes(DEFAULT_NODES))
            start = Start(folder, programs_for(home, environ, emit), environ, emit)
            if kinds and not launches:  # whose CRDs come first
                start = replace(start, early=served.create)
            state = _started(start, state, launches, nodes)
            emit(Ready(name, state.server, time.monotonic() - begun))
            nodes = None
        _simulate(state, folder, nodes, environ, emit)
        state = _launched(state, launches)
        served.wait(state, folder, environ, emit)
        state = provisioned(state, folder, storage_class, environ, emit)
        state = merge.refresh(folder, state, merge_into, emit)
    return describe(folder, state)


def down(name: str, *, home: Home, keep: bool = False, emit: Emit = no_events) -> bool:
    """Stop the sandbox, undo its merge and remove its files; `keep` keeps its data.

    Returns False if there is no such sandbox. Raises SandboxError if a file cannot be removed.
    """
    folder = home.folder(name)
    if not folder.root.exists():
        return False
    with _locked(name, home, emit):
        try:
            state = load(folder, name)
        except SandboxError:
            if keep:
                raise
            state = None
        remains.end_processes(folder, state, data_is_kept=keep)
        kept = keep and state is not None and folder.data.exists()
        if state and kept:
            save(folder, replace(state.stopped(), merged=()))
        else:
            remains.remove(folder)
        emit(Stopped(name, kept))
        if state:
            merge.undo(state, emit)
    return True


def programs_for(home: Home, environ: Mapping[str, str], emit: Emit = no_events) -> Programs:
    """The control plane's programs: installed ones, and the rest built once from source.

    Raises SandboxError if they can be neither found nor built.
    """
    found = find_separate(environ)
    return complete(found, built_binary(home, environ, emit)) if missing(found) else found


def build(
    home: Home, environ: Mapping[str, str], operators: Sequence[str] = (), emit: Emit = no_events
) -> None:
    """Build everything that `up` with these operators needs, without starting it."""
    programs_for(home, environ, emit)
    for operator in chosen(operators):
        built_binary(home, environ, emit, operator.recipe)


def _started(start: Start, state: State, launches: Sequence[Launch], nodes: NodePlan | None) -> State:
    folder, emit = start.folder, start.emit
    try:
        folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        save(folder, state)
        running = _with_free_ports(start, state)
        with Server(running.server, Pki(folder.pki)) as server:
            if nodes:
                changes = simulate(server, nodes, running.ports.kubelet if running.ports else 0)
                emit(NodesChanged(state.name, changes.created, changes.changed, changes.deleted))
            start.wait_for_nodes(running, server)
        running = _launched(running, launches)
        ready = replace(running, ready=True, kept=False)
        save(folder, ready)
    except BaseException:
        # Also on Ctrl-C: clean up a partial start.
        remains.abandon(folder, state)
        raise
    return ready


def _launches(
    names: Sequence[str], folder: Folder, home: Home, environ: Mapping[str, str], emit: Emit
) -> tuple[Launch, ...]:
    """The launches of these operators, which are built if necessary."""
    return tuple(
        Launch(operator, built_binary(home, environ, emit, operator.recipe), folder, environ, emit)
        for operator in chosen(names)
    )


def _launched(state: State, launches: Sequence[Launch]) -> State:
    for launch in launches:
        state = launch.run(state)
    return state


def _with_free_ports(start: Start, state: State) -> State:
    for _ in range(ATTEMPTS - 1):
        try:
            return start.run(state)
        except PortTakenError:
            start.emit(PortsTaken(state.name))
            remains.end_processes(start.folder, load(start.folder, state.name))
    return start.run(state)


def _simulate(
    state: State, folder: Folder, nodes: NodePlan | None, environ: Mapping[str, str], emit: Emit
) -> None:
    if nodes is None:
        return
    with Server(state.server, Pki(folder.pki)) as server:
        changes = simulate(server, nodes, state.ports.kubelet if state.ports else 0)
        emit(NodesChanged(state.name, changes.created, changes.changed, changes.deleted))
        Start(folder, Programs({}), environ, emit).wait_for_nodes(state, server)


def _check_not_timed(state: State, job_seconds: int | None) -> None:
    if job_seconds is not None and job_seconds != state.job_seconds:
        hint = f"restart it: 'dlctl sandbox down {state.name} --keep', then 'dlctl sandbox up {state.name}'"
        raise SandboxError(f"--job-seconds cannot change while sandbox '{state.name}' is running", hint=hint)


@contextlib.contextmanager
def _locked(name: str, home: Home, emit: Emit) -> Iterator[None]:
    """Allow one command at a time per sandbox; the lock file is removed with the sandbox."""
    path = home.lock(name)
    waiting = Waiting(f"another dlctl command is using sandbox '{name}'")
    with lock_file(path, lambda: emit(waiting)):
        try:
            yield
        finally:
            if not home.folder(name).root.exists():
                path.unlink(missing_ok=True)
