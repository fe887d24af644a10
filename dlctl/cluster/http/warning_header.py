"""The `Warning` header, by which an API server says that a request was accepted but is ill-advised."""

import re

_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')
"""RFC 7234, section 5.5; Kubernetes uses code 299 alone (KEP-1693)."""


def warnings_in(header: str) -> tuple[str, ...]:
    """The texts of a header; several headers of the name come joined by commas."""
    return tuple(re.sub(r"\\(.)", r"\1", text) for text in _WARNING.findall(header))
