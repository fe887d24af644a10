"""Start an operator in a running sandbox, and wait until it is ready."""

import time
from collections.abc import Mapping
from pathlib import Path

import urllib3
from msgspec import Struct
from msgspec.structs import replace

from dlctl.events import Emit
from dlctl.sandbox.events import OperatorReady, PortsTaken
from dlctl.sandbox.host import commands, kubeconfig
from dlctl.sandbox.host.certificates import Pki, issue_for_loopback
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.ports import LOOPBACK, free_port_pair
from dlctl.sandbox.host.processes import find, stop
from dlctl.sandbox.host.server import Server
from dlctl.sandbox.host.state import State, load, save
from dlctl.sandbox.operators.model import Operator, Part
from dlctl.sandbox.operators.objects import Endpoint, apply_definitions, apply_webhooks, not_served
from dlctl.sandbox.operators.presets import apply_presets
from dlctl.sandbox.programs.programs import Programs
from dlctl.sandbox.start import PortTakenError, Start

ATTEMPTS = 5
"""Attempts to start with other ports, as for the control plane."""
INTERRUPT_TIMEOUT = 10.0
"""Seconds for an operator to end after SIGTERM."""
TIMEOUT = 5.0


class Launch(Struct, frozen=True):
    """One start of one operator of one sandbox."""

    operator: Operator
    binary: Path
    folder: Folder
    environ: Mapping[str, str]
    emit: Emit

    def run(self, state: State) -> State:
        """Apply the operator's manifests, start it and wait until it is ready.

        Returns the saved state with the operator. Raises SandboxError after stopping the operator. Does
        nothing if it is already running.
        """
        if self._runs(state):
            return state
        begun = time.monotonic()
        before = self._without_remains(state)
        try:
            with Server(state.server, Pki(self.folder.pki)) as server:
                self._define(before, server)
                launched = self._with_free_ports(before, server)
        except BaseException:
            self._without_remains(before)
            raise
        launched = replace(launched, operators=tuple(dict.fromkeys((*before.operators, self.operator.name))))
        save(self.folder, launched)
        self.emit(OperatorReady(state.name, self.operator.name, time.monotonic() - begun))
        return launched

    @property
    def _start(self) -> Start:
        programs = Programs({self.operator.name: (str(self.binary),)})
        return Start(self.folder, programs, self.environ, self.emit)

    @property
    def _certificates(self) -> Path:
        return self.folder.pki / self.operator.name

    def _runs(self, state: State) -> bool:
        """Whether it is running and was ready; false if the command that started it was killed."""
        name = self.operator.name
        running = (each for each in state.processes if each.program == name)
        return name in state.operators and any(find(each, self.folder.root) for each in running)

    def _without_remains(self, state: State) -> State:
        """End this operator's process, and return the state without it."""
        written = load(self.folder, state.name) or state
        ours = [each for each in written.processes if each.program == self.operator.name]
        stop([process for each in ours if (process := find(each, self.folder.root))], INTERRUPT_TIMEOUT)
        others = tuple(each for each in state.processes if each.program != self.operator.name)
        state = replace(state, processes=others)
        save(self.folder, state)
        return state

    def _define(self, state: State, server: Server) -> None:
        """Apply its CRDs, and wait until they are served: its controllers watch these kinds."""
        files = (
            file for part in self.operator.parts for file in sorted(self._module(part).glob(part.definitions))
        )
        names = apply_definitions(server, files)
        self._start.wait(
            state, lambda: not_served(server, names), "kube-apiserver", "does not serve the CRDs"
        )
        authority = Pki(self.folder.pki).authority.read_bytes()
        signed_in = kubeconfig.by_certificate(Pki(self.folder.pki), "admin")
        entries = kubeconfig.entries(kubeconfig.context_name(state.name), state.server, authority, signed_in)
        kubeconfig.write(commands.program_kubeconfig(self.folder, self.operator.name), entries)

    def _with_free_ports(self, state: State, server: Server) -> State:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(state, server)
            except PortTakenError:
                self.emit(PortsTaken(state.name))
                self._without_remains(state)
        return self._attempt(state, server)

    def _attempt(self, state: State, server: Server) -> State:
        health, webhooks = free_port_pair()
        authority = issue_for_loopback(self._certificates)
        flags = (
            f"--kubeconfig={commands.program_kubeconfig(self.folder, self.operator.name)}",
            f"--certificates={self._certificates}",
            f"--health-port={health}",
            f"--webhook-port={webhooks}",
        )
        started = self._start.spawn(state, self.operator.name, flags)
        self._start.wait(started, lambda: not _ready(health), self.operator.name, "is not ready")
        # Last, because the API server rejects every job while a webhook does not respond.
        for part in self.operator.parts:
            if part.webhooks:
                apply_webhooks(server, self._module(part), part.webhooks, Endpoint(webhooks, authority))
            if part.presets:
                apply_presets(server, self._module(part), part.presets)
        return started

    def _module(self, part: Part) -> Path:
        return part.module_files.folder(self.binary)


def _ready(port: int) -> bool:
    try:
        answer = urllib3.request("GET", f"http://{LOOPBACK}:{port}/readyz", retries=False, timeout=TIMEOUT)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200
