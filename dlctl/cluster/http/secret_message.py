"""Filter a server's messages about Secrets, so that they contain no values."""

from dlctl.pattern import pattern

_SAFE = pattern(
    "|".join(
        (
            r"secrets? \"[a-z0-9.-]+\" (?:not found|already exists|is invalid)",
            r"namespaces \"[a-z0-9-]+\" not found",
            r"(?:\.[\w-]+|\[[\w.-]+\])+: field not declared in schema",
            r"(?<![\w\"])\.?(?:data|stringData|metadata)(?:\.[\w-]+|\[[\w.-]+\])*(?=[:\s]|$)",
            r"unknown field",
            r"illegal base64 data at input byte \d+",
            r"expected (?:string|map|list|boolean|numeric)",
            r"field is immutable(?: when `immutable` is set)?",
            r"Too long: (?:may not be more than|must have at most) \d+ bytes",
            r"Required value",
            r"Forbidden",
            r"Invalid value",
            r"Unsupported value",
            r"admission webhook \"[\w.-]+\" denied the request",
            r"exceeded quota: [\w.-]+",
            r"secrets(?: \"[a-z0-9.-]+\")? is forbidden: User \"[\w:.@/-]+\" cannot \w+ resource \"secrets\" "
            r"in API group \"\"(?: in the namespace \"[\w-]+\"| at the cluster scope)",
            r"is forbidden",
            r"[Oo]peration cannot be fulfilled",
            r"the object has been modified",
            r"the UID in the precondition \([\w-]+\) does not match the UID in record \([\w-]+\)",
        )
    )
)
"""Known phrases of servers about Secrets; any other part of a message may be a value."""


def without_values(message: str) -> str:
    """The known phrases of a message, in order."""
    parts = dict.fromkeys(found.group() for found in _SAFE.finditer(message))
    return ", ".join(parts) or "the server's message is hidden because it may contain a secret value"
