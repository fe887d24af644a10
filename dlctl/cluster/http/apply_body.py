"""An object as the text of an apply patch: JSON that a YAML reader reads as JSON."""

import json
import re

from dlctl.cluster.http.subject import Subject
from dlctl.errors import Invalid
from dlctl.manifest import JsonObject

_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON allows raw and YAML does not, or reads as a line's end.

The API server reads apply patches as YAML (apiserver, endpoints/handlers/patch.go).
"""


def apply_body(body: JsonObject, subject: Subject) -> bytes:
    """The bytes to send; Invalid for what JSON cannot hold. Characters over U+FFFF stay as they are:
    YAML does not know JSON's pairs of surrogates.
    """
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return _NOT_YAML.sub(lambda found: f"\\u{ord(found.group()):04x}", text).encode()
    except (TypeError, ValueError) as error:
        reason = "a lone surrogate" if isinstance(error, UnicodeError) else str(error)
        message = "holds a value that JSON does not have" if subject.secret else f"is not JSON: {reason}"
        raise Invalid(f"{subject}: the object {message}") from error
