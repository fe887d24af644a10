"""HTTP to one API server: connections, TLS, proxies, retries, error responses."""

from dlctl.lazy_package import loaded_when_used
from dlctl.pattern import compiled_when_used

# HTTP/2, which is not used, imports all that reads the metadata of packages.
with loaded_when_used("urllib3", "http2"), compiled_when_used("urllib3"):
    import urllib3  # noqa: F401 - before any module of this package imports it
