"""References to secrets on the command line, such as `{fromEnv: TOKEN}`."""

import re
from contextlib import suppress
from typing import Any

from dlctl.errors import ParamError, YamlError
from dlctl.params.references import misspelt_hint, misspelt_key, reference_of
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import ParamSpec
from dlctl.text import shown_name
from dlctl.yamlio.load import load_text

_LIKE_REFERENCE = pattern(r"\s*\{\s*[\"']?from[-_ ]?(env|file)", re.IGNORECASE)


def is_reference(text: str) -> bool:
    """Whether a text that was accepted for a secret is a reference to it, such as `{fromEnv: TOKEN}`."""
    return _LIKE_REFERENCE.match(text) is not None


def stated_reference(spec: ParamSpec, text: str) -> Any:
    """The mapping of a reference to a secret, such as `{fromEnv: TOKEN}`; None for any other text.

    Raises ParamError for a text that begins like one, and is none: it would become the secret.
    """
    if not text.lstrip().startswith("{"):
        return None
    found = None
    with suppress(YamlError):
        found = load_text(text, "").value
    begins_like_one = _LIKE_REFERENCE.match(text) is not None
    if begins_like_one and reference_of(found) is not None:
        return found
    if begins_like_one:
        raise ParamError(
            f"the value of parameter '{spec.name}' is not a reference to a secret, though it begins like one",
            hint="write '{fromEnv: NAME}' or '{fromFile: PATH}', with a space after the colon; "
            "--string takes any string as the secret",
        )
    key = misspelt_key(found)
    if key is not None:
        raise _misspelt(spec, key)
    return None


def _misspelt(spec: ParamSpec, key: str) -> ParamError:
    hint = misspelt_hint(key)
    return ParamError(
        f"the value of parameter '{spec.name}' is not a reference to a secret: unknown key {shown_name(key)}",
        hint=f"{hint}{'' if hint.endswith('?') else ';'} --string takes any string as the secret",
    )
