"""What `sandbox simulate` does with its target."""

from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.cli.runtime import Runtime
from dlctl.errors import NoApp, UsageError
from dlctl.labels import target_labels
from dlctl.sandbox.host.home import DEFAULT_NAME, Home
from dlctl.sandbox.story_names import NODE_FORMS

if TYPE_CHECKING:
    from dlctl.app.model import App


class Request(Struct, frozen=True):
    """The arguments of the command; `sandbox` is empty if it was not given."""

    target: str
    story: str
    number: int | None
    sandbox: str
    namespace: str


class Simulated(Struct, frozen=True):
    """The sandbox, and the pods (NAMESPACE/POD) or the node that got the story."""

    sandbox: str
    pods: tuple[str, ...] = ()
    node: str | None = None


def simulated(runtime: Runtime, request: Request) -> Simulated:
    """Give the target the story. Raises UsageError and SandboxError."""
    from dlctl.sandbox.lifecycle.simulate import simulate_labelled, simulate_node, simulate_pods

    home = Home.from_environ(runtime.environ)
    chosen = request.sandbox or DEFAULT_NAME
    kind, _, name = request.target.rpartition("/")
    if kind == "node":
        simulate_node(chosen, name, request.story, request.number, home=home)
        return Simulated(chosen, node=name)
    if request.number is not None:
        raise UsageError("a number is for lose-gpu only", hint=f"behaviors of nodes: {NODE_FORMS}")
    if kind != "job" and (app := _app_with(runtime, request.target)):
        chosen = request.sandbox or _sandbox_of(app, request.target)
        labels = target_labels(app.name, request.target)
        return Simulated(chosen, simulate_labelled(chosen, labels, request.story, home=home))
    pods = simulate_pods(chosen, request.target, request.story, request.namespace, home=home)
    return Simulated(chosen, pods)


def _app_with(runtime: Runtime, environment: str) -> "App | None":
    """The app, if it has this environment; names with a slash may be those of pods. Raises AppError."""
    from dlctl.app.environments import environment_names, load_environment

    try:
        app = runtime.app()
    except NoApp:
        return None
    if environment in environment_names(app):
        return app
    if "/" not in environment:
        load_environment(app, environment)  # the error that it is unknown
    return None


def _sandbox_of(app: "App", environment: str) -> str:
    from dlctl.app.environments import load_environment

    sandbox = load_environment(app, environment).destination.sandbox
    if not sandbox:
        raise UsageError(
            f"environment '{environment}' is not on a sandbox", hint="choose a sandbox with --sandbox"
        )
    return sandbox
