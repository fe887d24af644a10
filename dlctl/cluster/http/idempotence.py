"""Which requests can be sent twice without harm."""

from collections.abc import Mapping
from typing import Any

_QUESTIONS = ("SelfSubjectAccessReview", "SelfSubjectRulesReview")


def is_idempotent(method: str, body: Any) -> bool:
    """Whether a request can be sent again: not a POST, but for a question about the user's own rights, which
    changes nothing, and one that creates an object of this very name, whose second answer is a conflict.
    """
    if method != "POST" or (isinstance(body, Mapping) and body.get("kind") in _QUESTIONS):
        return True
    return isinstance(body, Mapping) and bool((body.get("metadata") or {}).get("name"))
