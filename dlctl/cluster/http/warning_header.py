"""The `Warning` header: an API server's warnings about an accepted request."""

import re

from dlctl.pattern import pattern

_WARNING = pattern(r'299 \S+ "((?:[^"\\]|\\.)*)"')
"""RFC 7234, section 5.5; Kubernetes uses only code 299 (KEP-1693)."""


def warnings_in(header: str) -> tuple[str, ...]:
    """The texts of a header; several `Warning` headers are joined by commas."""
    return tuple(re.sub(r"\\(.)", r"\1", text) for text in _WARNING.findall(header))
