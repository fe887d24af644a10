"""The findings of `validate`, and what it did not check."""

from msgspec import Struct

from dlctl.errors import Location
from dlctl.manifest import ObjectRef
from dlctl.schemas.model import FieldPath, Level


class FindingParam(Struct, frozen=True):
    """A parameter whose value is in the field of a finding, and where the value was set."""

    component: str
    name: str
    layer: str
    location: Location | None


class Finding(Struct, frozen=True):
    """A problem of an environment: of an object, or of a component before it has objects (`ref` is None).

    `location` is in the template, or in the file that has to be changed; `params` are the parameters that
    the field's value comes from. `declared_at` is the component in dlctl.yaml.
    """

    level: Level
    code: str
    message: str
    component: str
    ref: ObjectRef | None = None
    path: FieldPath = ()
    location: Location | None = None
    hint: str | None = None
    params: tuple[FindingParam, ...] = ()
    declared_at: Location | None = None


class Validation(Struct, frozen=True):
    """The outcome for one environment: findings, the number of objects, and what was not checked.

    `without_schema` is the number of objects whose fields were not checked; `notes` say what was left out of
    objects, by file.
    """

    environment: str
    findings: tuple[Finding, ...]
    objects: int
    version: str = ""
    not_checked: tuple[str, ...] = ()
    without_schema: int = 0
    notes: tuple[str, ...] = ()

    def count(self, level: Level) -> int:
        """The number of findings of a level."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def valid(self) -> bool:
        """Whether no finding is an error."""
        return not self.count(Level.ERROR)
