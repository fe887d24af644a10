"""What `env add` and `env set` say of an environment's cluster: unknown names, and a pin that is gone."""

from collections.abc import Mapping

from dlctl.app.model import App, Destination, Environment, Target
from dlctl.app.snapshot.load import cluster_file
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.prompt import confirm
from dlctl.cli.runtime import Runtime
from dlctl.errors import ClusterError, UsageError
from dlctl.events import Note, WarningNote
from dlctl.server_url import HINT, PROBLEM, is_server_url, may_hold_credentials
from dlctl.suggest import did_you_mean
from dlctl.text import counted, listed


def check_server(server: str) -> None:
    """Raise UsageError for a URL that may hold a password."""
    if may_hold_credentials(server):
        raise UsageError(f"--server {PROBLEM}", hint=HINT)
    if server and not is_server_url(server):
        raise UsageError("--server is not the URL of an API server", hint="write https://HOST:PORT")


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


def confirm_other_pin(runtime: Runtime, name: str, old: str, new: str, server: str) -> None:
    """Ask before the pin of an environment changes to another cluster; `--yes` is no answer to this.

    Raises UsageError if there is no terminal, NotConfirmed if the answer is not yes.
    """
    if not runtime.interactive:
        raise UsageError(
            f"environment {name} is pinned to cluster {old}, but cluster {new} answers at {server}",
            hint=f"if it is the right one: dlctl env set {name} --pin --cluster-id {new}",
        )
    question = f"Environment '{name}' is pinned to cluster {old}, but cluster {new} answers at {server}."
    confirm(runtime, f"{question} Pin it to that one?", yes=False)


def log_changed_cluster(app: App, before: Environment, after: Destination) -> None:
    """Say that the pin was removed, and that cluster.yaml is of the former cluster."""
    name, old = before.name, before.destination
    same_place = (old.sandbox, old.context) == (after.sandbox, after.context)
    if same_place and old.cluster_id in ("", after.cluster_id):
        return
    if old.cluster_id and not after.cluster_id:
        mend = "" if after.sandbox else f"; pin it to its new cluster with 'dlctl env set {name} --pin'"
        log_event(Note(f"environment {name} is no longer pinned to cluster {old.cluster_id}{mend}"))
    if (app.root / cluster_file(name)).exists():
        mend = f"write it again with 'dlctl env update {name}'"
        log_event(Note(f"{cluster_file(name)} is of the former cluster; {mend}"))
