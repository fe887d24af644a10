"""The one error tree: what went wrong, where, and what to do next.

Every room raises these and nothing else; the command line turns them into text and an exit code.

    DlctlError
    ├── UsageError          the command line itself is wrong                    exit 2
    ├── AppError            dlctl.yaml, environment.yaml, params.yaml
    │   └── NoApp           no dlctl.yaml here or above
    ├── FileError           a file or folder that cannot be read, locked or written
    ├── YamlError           a file that is not the YAML we read
    ├── RegistryError       a prototype or package
    ├── ParamError          a parameter's name, type or value
    ├── RenderError         a template, fragment, patch or rendered object
    ├── SandboxError        the local control plane
    ├── ClusterError        talking to an API server
    │   ├── NoContext       a context that no kubeconfig has
    │   ├── Unreachable · Unauthorized · Forbidden · NotFound · Conflict · Invalid · UnknownKind
    ├── PlanError           what would be done is not allowed
    ├── DeployError         what was done did not work
    │   └── NotReady        applied, but not ready in time                      exit 3
    └── Interrupted         Ctrl-C                                              exit 130
"""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, TypeVar


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; line and column count from 1, and 0 means not known."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        text = self.path
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return text


class DlctlError(Exception):
    """Something a user can understand and act on.

    `message` says what, `location` where, `hint` what to do next. `problems` carries the single
    errors where one run found several; `message` is then their summary.
    """

    code: ClassVar[str] = "error"
    """A stable word for scripts, shown in JSON output."""
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        location: Location | None = None,
        hint: str | None = None,
        problems: Iterable["DlctlError"] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message

    @property
    def single_errors(self) -> "tuple[DlctlError, ...]":
        """The problems that this error is the summary of; the error itself where it stands for one."""
        return self.problems or (self,)

    def with_message(self, message: str) -> Self:
        """The same error with another message; the location, the hint and all else stay."""
        changed = copy.copy(self)
        changed.message = message
        changed.args = (message,)
        return changed

    def with_problems(self, problems: "Iterable[DlctlError]") -> Self:
        """The same error as the summary of other problems."""
        changed = copy.copy(self)
        changed.problems = tuple(problems)
        return changed


Error = TypeVar("Error", bound=DlctlError)


def joined(
    errors: Sequence[Error], kind: type[Error], summary: str, *, location: Location | None = None
) -> Error:
    """One error for several: a `kind` with the message `summary`, or the error itself where there is one."""
    if len(errors) == 1:
        return errors[0]
    return kind(summary, location=location, problems=errors)


class UsageError(DlctlError):
    """The command line itself is wrong."""

    code = "usage"
    exit_code = 2


class AppError(DlctlError):
    """An app's files say something impossible."""

    code = "app"


class NoApp(AppError):  # noqa: N818 - the name reads better where it is caught
    """There is no app: most commands need one, those about prototypes do not."""


class FileError(DlctlError):
    """A file or folder cannot be read, locked or written, or something else stands in its place."""

    code = "file"


class YamlError(DlctlError):
    """A file is not YAML, or not the part of YAML that is read here."""

    code = "yaml"


class RegistryError(DlctlError):
    """A prototype or a package cannot be found or is not well formed."""

    code = "registry"


class ParamError(DlctlError):
    """A parameter has a wrong name, type or value."""

    code = "param"


class RenderError(DlctlError):
    """A template, fragment, patch or rendered object is wrong."""

    code = "render"


class SandboxError(DlctlError):
    """The local control plane cannot be built, started or stopped."""

    code = "sandbox"


class ClusterError(DlctlError):
    """An API server refused or did not answer."""

    code = "cluster"


class NoContext(ClusterError):  # noqa: N818 - the name reads better where it is caught
    """No kubeconfig has the context that is asked for."""


class Unreachable(ClusterError):  # noqa: N818 - the name reads better where it is caught
    """No answer: refused connection, unknown host, TLS failure, time-out.

    `cause` is `timeout`, `tls`, or `unreachable` for all else.
    """

    code = "unreachable"

    def __init__(
        self,
        message: str,
        *,
        cause: str = "unreachable",
        location: Location | None = None,
        hint: str | None = None,
        problems: Iterable[DlctlError] = (),
    ) -> None:
        super().__init__(message, location=location, hint=hint, problems=problems)
        self.cause = cause


class Unauthorized(ClusterError):  # noqa: N818
    """401: the credentials are missing, wrong or expired."""

    code = "unauthorized"


class Forbidden(ClusterError):  # noqa: N818
    """403: the user may not do this."""

    code = "forbidden"


class NotFound(ClusterError):  # noqa: N818
    """404: the object does not exist."""

    code = "not-found"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that another manager owns: `manager` as the API server names it, `field` its path."""

    manager: str
    field: str


class Conflict(ClusterError):  # noqa: N818
    """409: other field managers own fields that we want to set, or a UID precondition failed."""

    code = "conflict"

    def __init__(
        self,
        message: str,
        *,
        conflicts: Iterable[FieldConflict] = (),
        location: Location | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, location=location, hint=hint)
        self.conflicts = tuple(conflicts)


class Invalid(ClusterError):  # noqa: N818
    """400 or 422: the API server does not accept the object."""

    code = "invalid"


class UnknownKind(ClusterError):  # noqa: N818
    """The cluster does not serve this kind."""

    code = "unknown-kind"


class PlanError(DlctlError):
    """What would be done is not allowed."""

    code = "plan"


class DeployError(DlctlError):
    """What was done did not work."""

    code = "deploy"


class NotReady(DeployError):  # noqa: N818
    """Everything was applied, but not everything became ready in time."""

    code = "not-ready"
    exit_code = 3


class Interrupted(DlctlError):  # noqa: N818
    """The user ended the command."""

    code = "interrupted"
    exit_code = 130
