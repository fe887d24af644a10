"""The error for a refusal by something that is no API server."""

from dlctl.errors import Forbidden


class ForbiddenElsewhere(Forbidden):  # named like the other errors
    """403 without a Status: a proxy, or another server than an API server, refuses."""
