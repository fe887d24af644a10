"""The state of one command that its environments share: app, prototypes, renderer, clusters."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dlctl.app.environments import load_target
from dlctl.app.model import App, Environment, Target
from dlctl.cluster.protocol import Cluster
from dlctl.errors import DlctlError, PlanError
from dlctl.events import Emit, Event, Listener, MaskedEvent, Note, WarningNote, no_events
from dlctl.manifest import GroupKind
from dlctl.params.model import Param
from dlctl.plan.identity import check_identity, recorded_server
from dlctl.plan.parallel import both
from dlctl.redact import Redactor
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.render.cache.store import RenderingStore
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer
from dlctl.status import Rules
from dlctl.status.readiness import Readiness
from dlctl.workflow.approval import refuse_unsigned
from dlctl.workflow.render import Selection, origins_in, render_target

if TYPE_CHECKING:
    from dlctl.params.references import Read
    from dlctl.render.field_origins import FieldRef


Result = TypeVar("Result")


class Connect(Protocol):
    """Connects to environments' clusters; passed in, since only the command line reads kubeconfigs."""

    def __call__(self, environment: Environment, emit: Emit) -> Cluster:
        """The cluster of an environment. Raises ClusterError or SandboxError."""
        ...

    def forget(self) -> None:
        """Read kubeconfigs and connect again from now on."""
        ...


Approve = Callable[[Environment], None]
"""Raises PlanError where an environment takes only signed plans, and there is none."""

Listen = Callable[[str, int], Listener]
"""Returns the listener for an environment's events, by name and number of objects, if known."""


class Session:
    """The app, its prototypes, a renderer and the clusters, shared by a whole command.

    Methods can be called from several threads. `store` has the components that earlier commands rendered;
    `listen` returns listeners, which get masked events; `read` reads secrets that parameters refer to;
    `approve` checks the plan of an environment that takes only signed ones.
    """

    def __init__(
        self,
        app: App,
        catalogue: Catalogue,
        connect: Connect,
        listen: Listen,
        store: RenderingStore | None = None,
        *,
        skip_identity_check: bool = False,
        read: "Read | None" = None,
        approve: Approve = refuse_unsigned,
    ) -> None:
        self.app = app
        self._renderer = Renderer(catalogue, store=store)
        self._planner = self._renderer.reading(read) if read is not None else self._renderer
        self._connect = connect
        self._listen = listen
        self._skip_identity_check = skip_identity_check
        self._approve = approve
        self._rendering = threading.Lock()
        self._clusters: dict[str, Cluster] = {}
        self._notes: dict[str, dict[Note, None]] = {}
        self._rules: dict[str, Rules] = {}
        self._targets: dict[str, Target] = {}

    def target(self, environment: str) -> Target:
        """The app with one of its environments, whose files are read once. Raises AppError."""
        known = self._targets.get(environment)
        if known is None:
            known = self._targets[environment] = load_target(self.app, environment)
        return known

    def render(
        self,
        environment: str,
        selection: Selection,
        *,
        secrets: bool = False,
        connecting: bool = False,
        keep_going: bool = False,
    ) -> Rendering:
        """The manifests of an environment in the order of application. Rendering is serialized.

        With `secrets` those that parameters refer to are read; otherwise there are stand-ins for them. With
        `connecting` its cluster is identified meanwhile, in another thread: `cluster` is called next. With
        `keep_going` components that cannot be rendered are left out, and the rendering has their errors.
        """
        renderer = self._planner if secrets else self._renderer
        with self._rendering:
            target = self.target(environment)
            if connecting and target.environment.destination.is_set:
                threading.Thread(target=self._identify, args=(target.environment,), daemon=True).start()
            return render_target(renderer, target, selection, keep_going=keep_going)

    def render_as(self, target: Target, selection: Selection) -> Rendering:
        """A target that was changed in memory, such as for a run; secrets are read, and nothing is stored."""
        with self._rendering:
            return render_target(self._planner.without_store(), target, selection)

    def _identify(self, environment: Environment) -> None:
        """Connect, and read the identity, which users of the same cluster share; `cluster` reports errors.

        Not with a plugin: it may ask the user, and only the main thread ends it at an interrupt.
        """
        with suppress(DlctlError, OSError):
            cluster = self._connect(environment, no_events)
            if cluster.has_fixed_credentials:
                cluster.identity()

    def origins(
        self, environment: str, selection: Selection, component: str, fields: "Sequence[FieldRef]"
    ) -> "Mapping[FieldRef, tuple[Param, ...]]":
        """The parameters that decide about fields of a component's objects. Rendering is serialized."""
        with self._rendering:
            return origins_in(self._renderer, self.target(environment), selection, component, fields)

    def rules(self, environment: str) -> Rules:
        """How to judge objects of custom kinds: by the data of an environment's packages, read once."""
        known = self._rules.get(environment)
        if known is None:
            known = self._rules[environment] = self._rules_in(self.target(environment).environment)
        return known

    def _rules_in(self, environment: Environment) -> Rules:
        renderer = self._renderer.within(environment)

        def find(group_kind: GroupKind) -> Readiness | None:
            with self._rendering:
                return renderer.catalogue.readiness(group_kind)

        def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
            from dlctl.render.plain.condition import value_of

            with self._rendering:
                return value_of(lambda: renderer.engine, expression, scope)

        def every() -> Iterable[Readiness]:
            with self._rendering:
                return renderer.catalogue.every_readiness()

        return Rules(find, evaluate, every)

    def emit(self, environment: str, redactor: Redactor, objects: int = 0) -> Emit:
        """An `emit` for an environment that masks events, passes them to its listener, and stores notes.

        A note that was emitted for the environment before is left out.
        """
        listener = self._listen(environment, objects)
        kept = self._notes.setdefault(environment, {})

        def emit(event: Event) -> None:
            masked = MaskedEvent(event, redactor)
            if isinstance(masked.event, Note):
                if masked.event in kept:  # of another look at the same cluster
                    return
                kept[masked.event] = None
            listener(masked)

        return emit

    def notes(self, environment: str) -> tuple[str, ...]:
        """The masked notes that were emitted for an environment so far, each once."""
        kept = self._notes.get(environment, {})
        return tuple(note.text for note in kept if not isinstance(note, WarningNote))

    def cluster(self, environment: Environment, emit: Emit, *, writing: bool) -> Cluster:
        """The environment's cluster, after the identity check. What its server warns of goes to `emit`.

        Raises PlanError if it must not be written to, ClusterError if it cannot be reached.
        """
        if writing:
            self._approve(environment)
        return self._identified(environment, emit, writing=writing)

    def _identified(self, environment: Environment, emit: Emit, *, writing: bool) -> Cluster:
        """As `cluster`, where it was checked that the environment takes the plan."""
        cluster = self._clusters.get(environment.name)
        if cluster is None or emit is not no_events:  # connections are shared; warnings go to the latest
            cluster = self._clusters[environment.name] = self._connect(environment, emit)
        for warning in self._checked(environment, cluster, writing=writing):
            emit(WarningNote(warning))
        return cluster

    def _checked(self, environment: Environment, cluster: Cluster, *, writing: bool) -> tuple[str, ...]:
        """What the identity check warns of. Raises PlanError if the cluster must not be written to."""
        destination = environment.destination
        return check_identity(
            environment.name,
            destination.cluster_id,
            cluster.identity(),
            writing=writing,
            override=self._skip_identity_check,
            sandbox=bool(destination.sandbox),
            server=recorded_server(destination, cluster),
        )

    def reading(
        self, environment: Environment, emit: Emit, read: Callable[[Cluster], Result], *, writing: bool
    ) -> tuple[Cluster, Result]:
        """The environment's cluster, and what `read` finds there while it is identified.

        `read` must only read, and must not emit: if the cluster is another one, this is said first. A plugin
        for credentials is called by the identity check alone, in the main thread (see `_identify`). Raises
        as `cluster`, and what `read` raises.
        """
        if writing:
            self._approve(environment)
        if environment.name in self._clusters:
            cluster = self._identified(environment, emit, writing=writing)
            return cluster, read(cluster)
        connected = self._connect(environment, no_events)
        if not connected.has_fixed_credentials:
            cluster = self._identified(environment, emit, writing=writing)
            return cluster, read(cluster)
        return both(lambda: self._identified(environment, emit, writing=writing), lambda: read(connected))

    def require_writable(self, environment: str) -> str:
        """The environment, if its cluster may be written to. Raises PlanError."""
        self.cluster(self.target(environment).environment, no_events, writing=True)
        return environment

    def refusal(self, environment: str) -> PlanError | None:
        """Why nothing is written to the cluster that was read; None if it may be."""
        try:
            self._checked(self.target(environment).environment, self._clusters[environment], writing=True)
        except PlanError as error:
            return error
        return None

    def other_clusters(self, environments: Iterable[str]) -> tuple[PlanError, ...]:
        """The errors of environments whose cluster that was read is not the one of their pin."""
        pinned = (name for name in environments if self.target(name).environment.destination.cluster_id)
        return tuple(error for name in pinned if (error := self.refusal(name)) is not None)

    def reconnect(self, environment: str) -> None:
        """Forget an environment's cluster: the next use identifies it again."""
        self._clusters.pop(environment, None)
        self._connect.forget()

    def connected(self, environment: str) -> Cluster:
        """The cluster that an environment was planned on. Raises KeyError if there is none."""
        return self._clusters[environment]
