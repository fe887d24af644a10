"""The `Warning` header: an API server's warnings about an accepted request."""

import re

from dlctl.cluster.http.secret_message import without_values
from dlctl.cluster.http.subject import Subject
from dlctl.pattern import pattern

_WARNING = pattern(r'299 \S+ "((?:[^"\\]|\\.)*)"')
"""RFC 7234, section 5.5; Kubernetes uses only code 299 (KEP-1693)."""


def warnings_about(subject: Subject, header: str) -> tuple[str, ...]:
    """The texts of a header, without a Secret's values; several `Warning` headers are joined by commas."""
    texts = (re.sub(r"\\(.)", r"\1", text) for text in _WARNING.findall(header))
    return tuple(f"{subject}: {without_values(text)}" if subject.secret else text for text in texts)
