"""The report of what other versions of packages mean for an app."""

from msgspec import Struct

from dlctl.app.package_model import Pin
from dlctl.errors import DlctlError
from dlctl.params.prototype_changes import ParamChange


class ComponentChange(Struct, frozen=True):
    """A changed parameter of a component's prototype, and where it is set."""

    component: str
    change: ParamChange
    set_in: tuple[str, ...]

    @property
    def breaking(self) -> bool:
        """Whether what the app sets, or does not set, is no longer accepted."""
        return self.change.breaks_if_set if self.set_in else self.change.breaks_if_unset


class ObjectChange(Struct, frozen=True):
    """A rendered object that differs in an environment: the action, and the diff of its masked YAML."""

    environment: str
    component: str
    object: str
    action: str
    diff: str


class Failure(Struct, frozen=True):
    """Something that works with the installed versions, and does not with the new ones.

    It concerns all environments if `environment` is empty, and all components if `component` is.
    """

    environment: str
    component: str
    error: DlctlError

    @property
    def subject(self) -> str:
        """What it concerns: `component 'web' in environment 'dev'`."""
        component = f"component '{self.component}'" if self.component else ""
        environment = f"environment '{self.environment}'" if self.environment else ""
        return " in ".join(filter(None, (component, environment)))


class Report(Struct, frozen=True):
    """What an update changes; `changed` has the installed pin, if any, and the new one of each package."""

    changed: tuple[tuple[Pin | None, Pin], ...]
    params: tuple[ComponentChange, ...] = ()
    objects: tuple[ObjectChange, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def breaking(self) -> tuple[str, ...]:
        """The reasons why the update is refused unless it is accepted, as sentences."""
        return (
            *(f"component '{each.component}': {each.change.text}" for each in self.params if each.breaking),
            *(f"{each.subject}: {each.error.message}" for each in self.failures),
        )
