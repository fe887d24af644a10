"""Names and values of labels, by the rules of the API server (apimachinery, util/validation)."""

import re

_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\Z")
_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
MAX_NAME, MAX_DOMAIN = 63, 253
_RESERVED = ("kubernetes.io", "k8s.io")
_FOR_ADMINISTRATORS = (
    "node-role.kubernetes.io",
    "node-restriction.kubernetes.io",
    "topology.kubernetes.io",
    "feature.node.kubernetes.io",
)
"""Reserved domains in which administrators and Node Feature Discovery set labels of nodes."""


def key_problem(key: str) -> str:
    """Why the API server would refuse the key of a label; empty where it would not."""
    domain, slash, name = key.rpartition("/")
    if slash and not (_DOMAIN.match(domain) and len(domain) <= MAX_DOMAIN):
        return f"'{domain}' before the '/' is not a DNS name of at most {MAX_DOMAIN} lower-case characters"
    if not _NAME.match(name) or len(name) > MAX_NAME:
        return (
            f"the name '{name}' must have 1 to {MAX_NAME} letters, digits, '-', '_' and '.', "
            "with a letter or digit at both ends"
        )
    return ""


def value_problem(value: str) -> str:
    """Why the API server would refuse the value of a label; empty where it would not."""
    if not value or (_NAME.match(value) and len(value) <= MAX_NAME):
        return ""
    return (
        f"the value '{value}' must be empty or have at most {MAX_NAME} letters, digits, '-', '_' and '.', "
        "with a letter or digit at both ends"
    )


def is_reserved(key: str) -> bool:
    """Whether Kubernetes keeps the domain of a key for itself. The API server accepts such a label."""
    domain = key.rpartition("/")[0]
    return _within(domain, _RESERVED) and not _within(domain, _FOR_ADMINISTRATORS)


def _within(domain: str, parents: tuple[str, ...]) -> bool:
    return any(domain == parent or domain.endswith(f".{parent}") for parent in parents)
