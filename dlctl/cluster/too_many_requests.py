"""The error for a server that has too many requests."""

from dlctl.errors import ClusterError


class TooManyRequests(ClusterError):  # noqa: N818 - named like the other errors
    """429: the server has too many requests, after all attempts."""
