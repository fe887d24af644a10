"""Open the session of a command, and parse its environment arguments."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError

if TYPE_CHECKING:  # `show` loads this module too, and needs none of these
    from dlctl.app.model import App
    from dlctl.cli.connect import ClusterFlags
    from dlctl.cli.output.live.progress import LiveProgress
    from dlctl.workflow.session import Approve, Session


def open_session(
    runtime: Runtime,
    flags: "ClusterFlags",
    progress: "LiveProgress",
    *,
    skip_identity_check: bool = False,
    verify: bool = False,
    approve: "Approve | None" = None,
) -> "Session":
    """The session of one command; its events are shown by `progress`. Raises AppError or RegistryError.

    With `verify` the whole content of installed packages is read. `approve` checks the plan of an environment
    that takes only signed ones; without it there is none.
    """
    from dlctl.cli.connect import Connector
    from dlctl.events import masking
    from dlctl.redact import Redactor
    from dlctl.workflow.approval import refuse_unsigned
    from dlctl.workflow.secret_reader import SecretReader
    from dlctl.workflow.session import Session

    app = runtime.app()
    return Session(
        app,
        runtime.catalogue(masking(progress.for_environment(""), Redactor()), verify=verify),
        Connector(runtime, flags),
        progress.for_environment,
        runtime.rendering_store(),
        skip_identity_check=skip_identity_check,
        read=SecretReader(runtime.environ, app.root),
        approve=approve or refuse_unsigned,
    )


def environments_of(app: "App", names: Sequence[str] | None, *, all_: bool) -> tuple[str, ...]:
    """The environments given by the arguments: names, globs, or all that have a cluster.

    Raises a usage error if none or both are given, AppError if a glob matches nothing.
    """
    from dlctl.app.select import all_environments, matching_environments

    if all_ and names:
        raise UsageError("--all cannot be used with environment names", hint="use only one of them")
    if all_:
        return all_environments(app)
    if not names:
        raise click.UsageError(
            "Missing argument 'ENV...': pass one or more environments, or --all",
            click.get_current_context(silent=True),
        )
    return matching_environments(app, names)
