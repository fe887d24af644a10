"""What `env add` and `env set` say of an environment's cluster: unknown names, and a pin that is gone."""

from collections.abc import Mapping

from dlctl.app.model import App, Destination, Environment, Target
from dlctl.app.snapshot.load import cluster_file
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.notes import log_event
from dlctl.cli.runtime import Runtime
from dlctl.errors import ClusterError, UsageError
from dlctl.events import Note, WarningNote, no_events
from dlctl.server_url import HINT, PROBLEM, WRITE_URL, is_server_url, may_hold_credentials
from dlctl.suggest import did_you_mean
from dlctl.text import counted, listed

BRIEF = 3.0
"""Seconds for a request that an edit of files need not wait for."""


def check_server(server: str) -> None:
    """Raise UsageError for a URL that may hold a password."""
    if may_hold_credentials(server):
        raise UsageError(f"--server {PROBLEM}", hint=HINT)
    if server and not is_server_url(server):
        raise UsageError("--server is not the URL of an API server", hint=WRITE_URL)


def warn_of_unknown_cluster(runtime: Runtime, flags: ClusterFlags, values: Mapping[str, object]) -> None:
    """Warn of a context or a sandbox that does not exist here; on another machine it may."""
    if sandbox := str(values.get("sandbox") or ""):
        warn_of_unknown_sandbox(runtime, sandbox)
    context = str(values.get("context") or "")
    if not context:
        return
    try:
        kubeconfig = Connector(runtime, flags).kubeconfig()
        if context not in kubeconfig.contexts:
            raise kubeconfig.unknown_context(context)
    except ClusterError as error:
        log_event(WarningNote(f"{error}; {error.hint}" if error.hint else str(error)))


def warn_of_unknown_sandbox(runtime: Runtime, name: str) -> None:
    """Warn of a sandbox that does not exist on this machine."""
    from dlctl.sandbox.host.home import Home

    known = Home.from_environ(runtime.environ).names()
    if name not in known:
        guess = did_you_mean(name, known)
        more = f"{guess} " if guess else ""
        log_event(WarningNote(f"sandbox '{name}' not found; {more}start it with 'dlctl sandbox up {name}'"))


def warn_of_applied_objects(target: Target, connector: Connector) -> None:
    """Name the objects of an environment that stay on its cluster when its files are removed."""
    from dlctl.workflow.applied_objects import applied_objects

    name = target.environment.name
    found = applied_objects(target, connector, log_event)
    if found.error:
        log_event(WarningNote(f"cannot check whether objects of {name} are on its cluster: {found.error}"))
    elif found.objects or found.runs:
        every = (*found.objects, *found.runs)
        many, runs = len(every) != 1, " --runs" if found.runs else ""
        log_event(
            WarningNote(
                f"{counted(len(every), 'object')} of environment {name} {'are' if many else 'is'} on "
                f"{found.server}: {listed(map(str, every))}; without the environment dlctl cannot "
                f"delete {'them' if many else 'it'}: first run 'dlctl delete {name}{runs}'"
            )
        )


def warn_of_objects_in_the_old_namespace(
    app: App, environment: Environment, flags: ClusterFlags, runtime: Runtime
) -> None:
    """Name the objects that stay in the namespace that an environment had until now."""
    from dlctl.workflow.applied_objects import applied_objects

    if not environment.destination.is_set:
        return
    name, namespace = environment.name, environment.namespace
    brief = ClusterFlags(flags.kubeconfig, flags.context, flags.request_timeout or BRIEF)
    found = applied_objects(Target(app, environment), Connector(runtime, brief), no_events)
    if found.error:
        text = f"cannot check which objects of {name} stay in namespace {namespace}: {found.error}"
        log_event(Note(text))
        return
    there = [each for each in found.objects if each.namespace == namespace]
    if there:
        are = "are" if len(there) > 1 else "is"
        text = (
            f"{counted(len(there), 'object')} of environment {name} {are} in namespace {namespace}, and "
            f"not moved: {listed(map(str, there))}; to delete them, set it back "
            f"('dlctl env set {name} --namespace {namespace}'), run 'dlctl delete {name}', set the new one"
        )
        log_event(WarningNote(text))


def log_changed_cluster(app: App, before: Environment, after: Destination, *, pinned: bool) -> None:
    """Say what became of the pin, unless it was just `pinned`, and of the previous cluster's cluster.yaml."""
    name, old = before.name, before.destination
    same_place = (old.sandbox, old.context) == (after.sandbox, after.context)
    if same_place and old.cluster_id in ("", after.cluster_id):
        return
    if old.cluster_id and old.cluster_id == after.cluster_id:
        stays = f"environment {name} stays pinned to cluster {old.cluster_id}"
        if not pinned:
            log_event(Note(f"{stays}; if another one is meant now, run 'dlctl env set {name} --pin'"))
        return
    if old.cluster_id and not after.cluster_id:
        log_event(Note(f"environment {name} is no longer pinned to cluster {old.cluster_id}"))
    if (app.root / cluster_file(name)).exists():
        mend = f"write it again with 'dlctl env update {name}'"
        log_event(Note(f"{cluster_file(name)} describes the previous cluster; {mend}"))
