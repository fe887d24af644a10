"""Start the programs of one sandbox, and wait until they are ready."""

import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import SandboxError
from dlctl.events import Emit
from dlctl.files.replace import replace_file
from dlctl.sandbox.events import Started
from dlctl.sandbox.host import commands, kubeconfig, users
from dlctl.sandbox.host.certificates import Pki, issue
from dlctl.sandbox.host.home import Folder
from dlctl.sandbox.host.ports import Ports, free_ports
from dlctl.sandbox.host.processes import find, spawn
from dlctl.sandbox.host.server import Server
from dlctl.sandbox.host.state import State, save
from dlctl.sandbox.nodes import kubelets
from dlctl.sandbox.nodes.simulation import list_nodes, takes_pods
from dlctl.sandbox.programs.programs import KUBELET, SERVERS, Programs

INTERRUPT_TIMEOUT = 120.0
"""A start fails after this many seconds without progress; far more than an idle machine needs."""
POLL = 0.05
EACH = 0.01
"""The longest pause between two looks, in seconds for each thing that is missing."""
LOG_LINES = 12
LOG_WIDTH = 300
EARLY = ("etcd", "kube-apiserver")
"""Programs that start first: the controller manager and kwok exit if there is no API server."""
NODE_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
"""Node leases in kept data belong to the previous kwok; the new one, which has another name, would not
simulate a node before they expire."""


class PortTakenError(SandboxError):
    """Another process took a port that was free when it was chosen."""


class Start(Struct, frozen=True):
    """One start of one sandbox."""

    folder: Folder
    programs: Programs
    environ: Mapping[str, str]
    emit: Emit
    early: Callable[[Server], object] | None = None
    """Called when the API server is ready, while the other programs start."""

    def run(self, state: State) -> State:
        """Start every program and wait until the API server is ready and controllers work.

        The state is saved after each step, so that a later command finds every process after an
        interruption. Raises SandboxError with the end of the log if a program ends.
        """
        self._prepare(state)
        ports = free_ports()
        state = replace(
            state,
            ports=ports,
            processes=(),
            helpers={},
            ready=False,
            kubectl=self.programs.commands["kubectl"],
        )
        save(self.folder, state)
        self._write_kubeconfigs(state)
        replace_file(commands.stages_file(self.folder), self._stages(state.job_seconds, ports.kubelet))
        flags = commands.flags(self.folder, ports)
        with Server(state.server, Pki(self.folder.pki)) as server:
            for program in EARLY:
                state = self.spawn(state, program, flags[program])
            self.wait(state, lambda: not server.ready(), "kube-apiserver", "is not ready")
            server.request("DELETE", NODE_LEASES)
            with ThreadPoolExecutor(1) as pool:
                early = pool.submit(self.early, server) if self.early else None
                state = self._start_rest(state, server, ports)
            if early:
                early.result()
        return state

    def _start_rest(self, state: State, server: Server, ports: Ports) -> State:
        """Start what needs the API server, and wait until controllers work."""
        flags = commands.flags(self.folder, ports)
        for program in SERVERS[len(EARLY) :]:
            state = self.spawn(state, program, flags[program])
        if self.programs.kubelet and ports.kubelet:
            command = (*self.programs.kubelet, *commands.kubelet_flags(self.folder, ports))
            state = self.help(state, KUBELET, command)
        self._bind_users(server)
        self.wait(
            state,
            lambda: not _has_service_account(server),
            "kube-controller-manager",
            "did not create a service account",
        )
        return state

    def wait_for_nodes(self, state: State, server: Server) -> None:
        """Wait until every simulated node accepts pods, and the API server knows its kubelet."""
        port = state.ports.kubelet if state.ports and KUBELET in state.helpers else None

        def not_ready() -> int:
            return sum(not takes_pods(node, port) for node in list_nodes(server))

        self.wait(state, not_ready, "kwok", "did not make the nodes ready")

    def _prepare(self, state: State) -> None:
        for path in (self.folder.logs, self.folder.data):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        pki = Pki(self.folder.pki)
        if not pki.complete:
            issue(pki)
            users.issue_tokens(self.folder)

    def _stages(self, job_seconds: int | None, kubelet_port: int) -> bytes:
        if self.programs.stages is None:
            return kubelets.stages(None, job_seconds, kubelet_port)
        printed = subprocess.run(self.programs.stages, capture_output=True, check=True, timeout=60)
        return kubelets.stages(printed.stdout, job_seconds, kubelet_port)

    def _write_kubeconfigs(self, state: State) -> None:
        pki = Pki(self.folder.pki)
        context, authority = kubeconfig.context_name(state.name), pki.authority.read_bytes()
        signed_in = {self.folder.kubeconfig: kubeconfig.by_certificate(pki, "admin")}
        for program in SERVERS[len(EARLY) :]:
            path = commands.program_kubeconfig(self.folder, program)
            signed_in[path] = kubeconfig.by_certificate(pki, program)
        for user, token in users.read_tokens(self.folder).items():
            signed_in[self.folder.kubeconfigs / user] = kubeconfig.by_token(token)
        for path, user_entry in signed_in.items():
            kubeconfig.write(path, kubeconfig.entries(context, state.server, authority, user_entry))

    def spawn(self, state: State, program: str, flags: tuple[str, ...]) -> State:
        """Start one program, and save it in the state."""
        return self._spawn(state, program, (*self.programs.commands[program], *flags))

    def help(self, state: State, name: str, command: tuple[str, ...]) -> State:
        """Start a helper, and save it in the state; the sandbox works without it, too."""
        state = replace(state, helpers={**state.helpers, name: command})
        return self._spawn(state, name, command)

    def _spawn(self, state: State, program: str, command: tuple[str, ...]) -> State:
        log = self.folder.log(program)
        log.unlink(missing_ok=True)
        running = spawn(program, command, self.folder.root, log, self.environ)
        state = replace(state, processes=(*state.processes, running))
        save(self.folder, state)
        self.emit(Started(state.name, program))
        return state

    def _bind_users(self, server: Server) -> None:
        for binding in users.bindings():
            server.request("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)

    def wait(self, state: State, missing: Callable[[], int], program: str, failure: str) -> None:
        """Poll until `missing` returns 0; the time limit restarts whenever the number decreases.

        Raises SandboxError after the limit or if a program ends, PortTakenError if its port was taken.
        """
        least, end = None, 0.0
        while True:
            asked = time.monotonic()
            if not (count := missing()):
                return
            if least is None or count < least:
                least, end = count, asked + INTERRUPT_TIMEOUT
            for running in state.processes:
                if find(running, self.folder.root) is None:
                    raise self._ended(running.program)
            if time.monotonic() > end:
                raise SandboxError(
                    f"{program} {failure}: no progress for {INTERRUPT_TIMEOUT:.0f} s; "
                    f"{self._log_end(program)}"
                )
            # Counting a thousand nodes loads the server: leave it time for other work. One answer does not.
            time.sleep(max(POLL, min(2 * (time.monotonic() - asked), count * EACH)))

    def _ended(self, program: str) -> SandboxError:
        failure = f"{program} ended while the sandbox was starting; {self._log_end(program)}"
        taken = "address already in use" in self._log(program)
        return PortTakenError(failure) if taken else SandboxError(failure)

    def _log_end(self, program: str) -> str:
        lines = self._log(program).strip().splitlines()[-LOG_LINES:]
        return "\n  ".join(["the end of its log:", *(line[:LOG_WIDTH] for line in lines)])

    def _log(self, program: str) -> str:
        path = self.folder.log(program)
        return path.read_text(errors="replace") if path.exists() else ""


def _has_service_account(server: Server) -> bool:
    """Whether namespace `default` has its service account, without which no pods can be created."""
    return server.get("/api/v1/namespaces/default/serviceaccounts/default") is not None
