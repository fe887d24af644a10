"""What the answers of a registry mean that are no success."""

import json
from collections.abc import Mapping

from dlctl.errors import RegistryError
from dlctl.registry.sources.oci.exchange import Answer, Request, printed
from dlctl.registry.sources.oci.place import OciPlace

_MEANINGS: Mapping[int, tuple[str, str]] = {
    401: ("the credentials are not accepted", "run: docker login {host}"),
    403: ("no permission", "run: docker login {host}"),
    404: ("not found, or no permission to read it", "check the address"),
    405: ("the registry does not allow it", ""),
    413: ("too large for the registry", ""),
    429: ("too many requests", "wait, then retry; with credentials registries often allow more"),
}


def failure(answer: Answer, place: OciPlace, request: Request, redirected_to: str = "") -> RegistryError:
    """The error for an answer; `redirected_to` is a host that is not allowed."""
    if 300 <= answer.status < 400:
        return _redirect(place, request, redirected_to)
    meaning, hint = _MEANINGS.get(answer.status, (f"HTTP {answer.status}", ""))
    if answer.status >= 500:
        meaning, hint = f"the registry has a problem (HTTP {answer.status})", "retry later"
    said = _message(answer.body)
    return RegistryError(
        f"{place.name}: {meaning}{f': {said}' if said else ''}", hint=hint.format(host=place.host) or None
    )


def _redirect(place: OciPlace, request: Request, host: str) -> RegistryError:
    blob = "/blobs/sha256:" in request.url and request.method == "GET"
    hint = "credentials are only sent to the host they are for; if the repository moved, use its new address"
    if blob and host:
        hint = (
            "blobs are checked by their digest, and fetched without credentials; if it is the registry's "
            f"storage, allow it: add 'storage: {host}' to the registry in dlctl.yaml, or --storage {host}"
        )
    return RegistryError(
        f"{place.name}: the server redirects to {printed(host) or 'another address'}, which is not followed",
        hint=hint,
    )


def _message(body: bytes) -> str:
    """The first message of an error document."""
    try:
        first = json.loads(body)["errors"][0]
        return printed(str(first.get("message") or first.get("code") or ""))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
