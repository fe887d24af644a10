"""Which clusters a command reads: those of environments, or of contexts of the kubeconfig."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.errors import ClusterError, UsageError
from dlctl.events import masking
from dlctl.redact import Redactor
from dlctl.workflow.clusters import REQUEST_TIMEOUT, ClusterTarget

if TYPE_CHECKING:
    from dlctl.app.model import App, Destination
    from dlctl.cluster.kubeconfig.load import Kubeconfig
    from dlctl.cluster.protocol import Cluster

_GLOB = frozenset("*?[")


class TargetFlags(Struct, frozen=True):
    """What the command line names: environments or contexts, one kind only."""

    environments: Sequence[str] = ()
    all_environments: bool = False
    contexts: Sequence[str] = ()
    all_contexts: bool = False

    def check(self) -> None:
        """Raise a usage error where nothing is named, or both kinds are."""
        by_environment = bool(self.environments) or self.all_environments
        by_context = bool(self.contexts) or self.all_contexts
        if by_environment and by_context:
            raise UsageError(
                "environments cannot be used with --context or --all-contexts",
                hint="an environment has its own context",
            )
        if self.contexts and self.all_contexts:
            raise UsageError("--all-contexts cannot be used with --context", hint="use only one of them")
        if not by_environment and not by_context:
            raise click.UsageError(
                "Missing argument 'ENV...': name environments, --all, --context NAME or --all-contexts",
                click.get_current_context(silent=True),
            )


class Targets:
    """The targets of one command; their warnings and progress go to `progress`."""

    def __init__(self, runtime: Runtime, flags: ClusterFlags, progress: LiveProgress) -> None:
        timeout = flags.request_timeout or REQUEST_TIMEOUT
        self._runtime = runtime
        self._connector = Connector(runtime, ClusterFlags(flags.kubeconfig, "", timeout))
        self._progress = progress

    def chosen(self, flags: TargetFlags) -> tuple[ClusterTarget, ...]:
        """The targets that the command line names, in order. Raises UsageError, AppError, ClusterError."""
        flags.check()
        if flags.contexts or flags.all_contexts:
            return tuple(map(self.context, matching_contexts(self.kubeconfig, flags)))
        app = self._runtime.app()
        names = environments_of(app, flags.environments, all_=flags.all_environments)
        return tuple(self.environment(app, name) for name in names)

    @property
    def kubeconfig(self) -> "Kubeconfig":
        """The user's kubeconfig. Raises ClusterError."""
        return self._connector.kubeconfig()

    def environment(self, app: "App", name: str) -> ClusterTarget:
        """The cluster of an environment. Raises AppError."""
        from dlctl.app.environments import load_environment

        environment = load_environment(app, name)
        emit = masking(self._progress.for_environment(name), Redactor())
        return _target(name, environment.destination, lambda: self._connector(environment, emit))

    def destination(self, name: str, destination: "Destination") -> ClusterTarget:
        """The cluster of a destination, under a name of its own."""
        emit = masking(self._progress.for_environment(name), Redactor())
        return _target(name, destination, lambda: self._connector.destination(destination, emit))

    def context(self, name: str) -> ClusterTarget:
        """The cluster of a context of the kubeconfig."""
        emit = masking(self._progress.for_environment(name), Redactor())
        return ClusterTarget(name, lambda: self._connector.context(self.kubeconfig.select(name), emit))


def _target(name: str, destination: "Destination", connect: "Callable[[], Cluster]") -> ClusterTarget:
    return ClusterTarget(
        name, connect, destination.cluster_id, sandbox=bool(destination.sandbox), server=destination.server
    )


def matching_contexts(kubeconfig: "Kubeconfig", flags: TargetFlags) -> tuple[str, ...]:
    """The contexts that names, lists with commas and globs stand for, each once. Raises ClusterError."""
    if flags.all_contexts:
        if not kubeconfig.contexts:
            raise ClusterError(f"{kubeconfig.where()} has no contexts", hint=kubeconfig.choices())
        return tuple(kubeconfig.contexts)
    return tuple(dict.fromkeys(name for text in flags.contexts for name in _matching(kubeconfig, text)))


def _matching(kubeconfig: "Kubeconfig", text: str) -> Iterator[str]:
    if text in kubeconfig.contexts:
        yield text
        return
    for pattern in filter(None, text.split(",")):
        found = _by_pattern(kubeconfig.contexts, pattern) if _GLOB & set(pattern) else [pattern]
        if not found or found[0] not in kubeconfig.contexts:
            raise kubeconfig.unknown_context(pattern)
        yield from found


def _by_pattern(names: Iterable[str], pattern: str) -> list[str]:
    return [name for name in names if fnmatchcase(name, pattern)]
