"""The error for a sandbox that does not run."""

from dlctl.errors import SandboxError


class SandboxNotRunning(SandboxError):  # noqa: N818 - the name reads better where it is caught
    """The sandbox has no API server now; `state` is `not-found`, `crashed`, `stopped` or `starting`."""

    def __init__(self, message: str, *, state: str = "stopped", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.state = state
