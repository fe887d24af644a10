"""Encode an object for server-side apply: as JSON that YAML parsers read the same way."""

import json

from dlctl.cluster.http.subject import Subject
from dlctl.errors import Invalid
from dlctl.manifest import JsonObject
from dlctl.pattern import pattern

_NOT_YAML = pattern("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON allows unescaped, but that YAML forbids or reads as line ends.

The API server reads apply patches as YAML (apiserver, endpoints/handlers/patch.go).
"""


def apply_body(body: JsonObject, subject: Subject) -> bytes:
    """The bytes to send. Raises Invalid for values that JSON has no form for.

    Characters above U+FFFF are not escaped: YAML does not support JSON's surrogate pairs.
    """
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return _NOT_YAML.sub(lambda found: f"\\u{ord(found.group()):04x}", text).encode()
    except (TypeError, ValueError) as error:
        reason = "unpaired surrogate" if isinstance(error, UnicodeError) else str(error)
        message = "cannot be encoded as JSON" if subject.secret else f"cannot be encoded as JSON: {reason}"
        raise Invalid(f"{subject}: the object {message}") from error
