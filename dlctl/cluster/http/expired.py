"""The error for the status 410."""

from dlctl.errors import ClusterError


class Expired(ClusterError):  # noqa: N818 - named like the other errors
    """410: the continue token of a list or the version of a watch has expired."""
