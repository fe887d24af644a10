"""HTTP to one API server: connections, TLS, proxies, retries, error responses."""

from dlctl.pattern import compiled_when_used

with compiled_when_used("urllib3"):  # before any module of this package imports it
    import urllib3  # noqa: F401
