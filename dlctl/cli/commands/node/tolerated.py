"""`dlctl node list --for COMPONENT`: the taints that a component tolerates, in each environment."""

from collections.abc import Mapping, Sequence

from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.notes import log_event
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.events import WarningNote
from dlctl.nodes.inventory.node_status import Tolerations
from dlctl.workflow.render import Selection


def tolerations_in(
    runtime: Runtime,
    flags: ClusterFlags,
    progress: LiveProgress,
    component: str,
    environments: Sequence[str],
    *,
    quiet: bool,
) -> Mapping[str, tuple[Tolerations, ...]]:
    """What the component's pods tolerate in each environment; nothing where it is disabled.

    Raises AppError, also where it is disabled in all of them, ParamError and RenderError.
    """
    if not component:
        return {}
    from dlctl.nodes.inventory.tolerations import tolerations_of

    session, selection = open_session(runtime, flags, progress), Selection((component,))
    enabled = [name for name in environments if component not in session.target(name).environment.disabled]
    for name in environments if enabled and not quiet else ():
        if name not in enabled:
            note = f"component {component} is disabled in environment {name}, so all taints count there"
            log_event(WarningNote(note))
    rendered = {name: session.render(name, selection).manifests for name in enabled or environments}
    return {name: tolerations_of(each.body for each in manifests) for name, manifests in rendered.items()}
