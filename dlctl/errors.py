"""The error tree: what went wrong, where, and what to do next.

All layers raise only these errors; the command line turns them into text and an exit code.

    DlctlError
    ├── UsageError          the command line itself is wrong                    exit 2
    ├── NotConfirmed        a question was not answered with yes
    ├── AppError            dlctl.yaml, environment.yaml, params.yaml
    │   └── NoApp           no dlctl.yaml here or above
    ├── FileError           a file or folder that cannot be read, locked or written
    ├── YamlError           a file that is not valid YAML
    ├── RuleError           a file with rules for labels of nodes
    ├── RegistryError       a prototype or package
    ├── ParamError          a parameter's name, type or value
    ├── RenderError         a template, fragment, patch or rendered object
    ├── SandboxError        the local control plane
    ├── ClusterError        a request to an API server
    │   ├── KubeconfigError · NoContext    a kubeconfig, or a context that is in none
    │   ├── Unreachable · Unauthorized · Forbidden · NotFound · Conflict · Invalid · UnknownKind
    ├── PlanError           a change that is not allowed
    ├── DeployError         a change that failed
    │   └── NotReady        applied, but not ready in time                      exit 3
    └── Interrupted         Ctrl-C                                              exit 130
"""

import copy
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self, TypeVar

from msgspec import Struct


class Location(Struct, frozen=True, gc=False, order=True):
    """A place in a file; line and column start at 1, and 0 means unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        column = f":{self.column}" if self.column else ""
        return f"{self.path}:{self.line}{column}"


class DlctlError(Exception):
    """An error that a user can understand and act on.

    `message` says what is wrong, `location` where, `hint` what to do next. `problems` has the single
    errors if there are several; `message` is then their summary.
    """

    code: ClassVar[str] = "error"
    """A stable code for scripts, shown in JSON output."""
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
        """The problems of this error, or the error itself if it has none."""
        return self.problems or (self,)

    def with_message(self, message: str) -> Self:
        """A copy of the error with another message."""
        changed = copy.copy(self)
        changed.message = message
        changed.args = (message,)
        return changed

    def with_problems(self, problems: "Iterable[DlctlError]") -> Self:
        """A copy of the error with other problems."""
        changed = copy.copy(self)
        changed.problems = tuple(problems)
        return changed


Error = TypeVar("Error", bound=DlctlError)


def joined(
    errors: Sequence[Error], kind: type[Error], summary: str, *, location: Location | None = None
) -> Error:
    """One error for several: a `kind` with the message `summary`; a single error is returned as it is."""
    if len(errors) == 1:
        return errors[0]
    return kind(summary, location=location, problems=errors)


class UsageError(DlctlError):
    """The command line is invalid."""

    code = "usage"
    exit_code = 2


class NotConfirmed(DlctlError):  # noqa: N818 - the name reads better where it is caught
    """Somebody was asked, and did not say yes."""

    code = "not-confirmed"


class AppError(DlctlError):
    """A file of an app is invalid."""

    code = "app"


class NoApp(AppError):  # noqa: N818 - the name reads better where it is caught
    """No app was found; most commands need one."""


class FileError(DlctlError):
    """A file or folder cannot be read, locked or written, or is of another type."""

    code = "file"


class YamlError(DlctlError):
    """A file is not valid YAML, or uses unsupported YAML features."""

    code = "yaml"


class RuleError(DlctlError):
    """A file with rules for the labels of nodes is invalid."""

    code = "rule"


class RegistryError(DlctlError):
    """A prototype or a package cannot be found or is invalid."""

    code = "registry"


class ParamError(DlctlError):
    """A parameter has an invalid name, type or value."""

    code = "param"


class RenderError(DlctlError):
    """A template, fragment, patch or rendered object is invalid."""

    code = "render"


class SandboxError(DlctlError):
    """The local control plane cannot be built, started or stopped."""

    code = "sandbox"


class ClusterError(DlctlError):
    """A request to an API server failed."""

    code = "cluster"
    whole: str = ""
    """The server's whole message where `message` is a part of it: to be classified, never shown."""


class KubeconfigError(ClusterError):
    """A kubeconfig file cannot be used, or does not have what was asked for."""

    code = "kubeconfig"


class NoContext(KubeconfigError):  # noqa: N818 - the name reads better where it is caught
    """The context is in no kubeconfig."""


class Unreachable(ClusterError):  # noqa: N818 - the name reads better where it is caught
    """No response: refused connection, unknown host, TLS failure, timeout.

    `cause` is `timeout`, `tls`, or `unreachable` for everything else. `may_have_written`: a request that
    writes was sent, so that what it changes may be changed.
    """

    code = "unreachable"
    may_have_written: bool = False

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
    """401: the credentials are missing, invalid or expired."""

    code = "unauthorized"


class Forbidden(ClusterError):  # noqa: N818
    """403: the user has no permission."""

    code = "forbidden"


class NotFound(ClusterError):  # noqa: N818
    """404: the object does not exist."""

    code = "not-found"


class FieldConflict(Struct, frozen=True):
    """A field that another field manager owns: `manager` is its name, `field` the path."""

    manager: str
    field: str


class Conflict(ClusterError):  # noqa: N818
    """409: other field managers own fields of the object, or a UID precondition failed."""

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


class AlreadyExists(Conflict):
    """An object that was to be created exists already; `managers` are those that own fields of it."""

    def __init__(self, message: str, managers: Iterable[str]) -> None:
        super().__init__(message)
        self.managers = tuple(managers)


class Invalid(ClusterError):  # noqa: N818
    """400 or 422: the API server rejected the object; `fields` are those it named, as it wrote them."""

    code = "invalid"
    fields: tuple[str, ...] = ()


class UnknownKind(ClusterError):  # noqa: N818
    """The cluster does not serve this kind."""

    code = "unknown-kind"


class PlanError(DlctlError):
    """A planned change is not allowed."""

    code = "plan"


class DeployError(DlctlError):
    """A change failed."""

    code = "deploy"


class NotReady(DeployError):  # noqa: N818
    """Everything was applied, but some objects did not become ready in time."""

    code = "not-ready"
    exit_code = 3


class Interrupted(DlctlError):  # noqa: N818
    """The user interrupted the command."""

    code = "interrupted"
    exit_code = 130
