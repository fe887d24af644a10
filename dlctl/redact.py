"""Mask secrets in JSON values; masked copies are returned.

Secret are the data of Secrets, the values of parameters marked `writeOnly` wherever they occur, and what
templates made from these values: at the places that an object's annotation lists, and, if it is not short,
wherever it occurs.
A stand-in is not valid base64 and, under `stringData`, not a string, so that an API server rejects an
object with a stand-in instead of storing it.
"""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import DlctlError
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.secret_fields import changed_at, fields_of
from dlctl.secret_runs import without_runs
from dlctl.spellings import NO_SPELLINGS, SHORTEST, Spellings, spellings_of

MASK = "***"

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""Annotation of client-side `kubectl apply`: the whole object as text."""


class Redactor(Struct, frozen=True):
    """Masks Secrets, listed places, and every scalar that contains one of `values` or of `derived`.

    With an empty `key` all stand-ins are the same text, so that output depends only on its input. With a
    random key, equal values get equal stand-ins within this run.
    """

    values: frozenset[str] = frozenset()
    key: bytes = b""
    derived: frozenset[str] = frozenset()
    spellings: Spellings = NO_SPELLINGS

    def with_values(self, values: Iterable[Any]) -> "Redactor":
        """A redactor that also masks these values; numbers are compared by their JSON text."""
        texts = self.values | {text for value in values for text in _texts(value)}
        return replace(self, values=texts, spellings=spellings_of(texts, self.derived))

    def with_derived(self, texts: Iterable[str]) -> "Redactor":
        """A redactor that also masks these texts inside other text, unless they are short."""
        derived = self.derived | {text for text in texts if len(text) >= SHORTEST}
        if derived == self.derived:
            return self
        return replace(self, derived=derived, spellings=spellings_of(self.values, derived))

    def mask_manifest(self, body: JsonObject) -> dict[str, Any]:
        """A whole object with its secrets masked and without `managedFields`."""
        hidden = changed_at(_without_managed_fields(body), fields_of(body), self.stand_in)
        masked: dict[str, Any] = self.mask_value(hidden)
        if is_secret(body):
            masked.update(self._secret_parts(body))
        if is_secret(body) or fields_of(body):
            masked["metadata"] = self._metadata(masked.get("metadata"))
        if isinstance(body.get("items"), list) and str(body.get("kind", "")).endswith("List"):
            items = [
                self.mask_manifest(i) if isinstance(i, dict) else self.mask_value(i) for i in body["items"]
            ]
            return {**masked, "items": items}
        return masked

    def leaves(self, body: JsonObject) -> bool:
        """Whether `mask_manifest` certainly changes nothing of an object; its values are not read."""
        if self.masks_values or is_secret(body) or "items" in body:
            return False
        metadata = body.get("metadata")
        return (
            isinstance(metadata, (dict, Mapping)) and "managedFields" not in metadata and not fields_of(body)
        )

    def mask_value(self, value: Any) -> Any:
        """Any JSON value; scalars and keys that contain a secret become stand-ins."""
        if not self.masks_values:
            return value
        if isinstance(value, Mapping):
            return {self.mask_value(key): self.mask_value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mask_value(item) for item in value]
        return self.stand_in(value) if self.holds_secret(value) else value

    def mask_text(self, text: str) -> str:
        """Text such as a name; only the secret parts are replaced.

        A short value is replaced only as the whole text, or where a message quotes it.
        """
        if not self.masks_values:
            return text
        for value in self.values:
            if len(value) < SHORTEST:
                text = _without_quoted(text, value)
        text = self.spellings.replaced(text, MASK)
        return MASK if text in self.values else text

    def mask_message(self, text: str) -> str:
        """Free text, such as a server's message: long parts of a secret are replaced, too."""
        return self.mask_text(without_runs(self.mask_text(text), self.values, self.derived, MASK))

    def mask_ref(self, ref: ObjectRef) -> ObjectRef:
        """An object's reference; names that contain a secret are masked."""
        if not self.masks_values:
            return ref
        parts = (ref.group, ref.kind, ref.namespace, ref.name)
        return ObjectRef(*map(self.mask_text, parts))

    def mask_error(self, error: DlctlError) -> DlctlError:
        """The error with secrets masked: templates and servers may quote values in messages."""
        problems = [self.mask_error(problem) for problem in error.problems]
        clean = error.with_message(self.mask_message(error.message)).with_problems(problems)
        clean.hint = self.mask_message(error.hint) if error.hint else error.hint
        return clean

    @contextmanager
    def masking_errors(self) -> Iterator[None]:
        """Mask a DlctlError that is raised inside."""
        try:
            yield
        except DlctlError as error:
            raise self.mask_error(error) from error

    @property
    def masks_values(self) -> bool:
        """Whether there are values to look for, apart from Secrets and listed places."""
        return bool(self.values or self.derived)

    def holds_secret(self, scalar: Any) -> bool:
        """Whether a scalar is a secret value, or a string that contains one in a known spelling."""
        import json

        if scalar is None or isinstance(scalar, bool):
            return False
        text = scalar if isinstance(scalar, str) else json.dumps(scalar, default=str)
        return text in self.values or self.spellings.in_text(text)

    def stand_in(self, value: Any) -> str:
        """The text shown instead of a value."""
        import json

        if not self.key:
            return MASK
        import hmac

        text = json.dumps(value, sort_keys=True, default=str)
        digest = hmac.digest(self.key, text.encode("utf-8", "surrogatepass"), "sha256")
        return f"{MASK} {_letters(digest[:6])}"

    def _secret_parts(self, body: JsonObject) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        if body.get("data") is not None:
            parts["data"] = self._masked_data(body["data"])
        if body.get("stringData") is not None:
            masked = self._masked_data(body["stringData"])
            parts["stringData"] = (
                {name: {"masked": text} for name, text in masked.items()}
                if isinstance(masked, dict)
                else {"masked": {"masked": masked}}
            )
        return parts

    def _masked_data(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return self.stand_in(value)
        return {self.mask_value(name): self.stand_in(item) for name, item in value.items()}

    def _metadata(self, metadata: Any) -> Any:
        if not isinstance(metadata, Mapping) or not isinstance(metadata.get("annotations"), Mapping):
            return metadata
        annotations = dict(metadata["annotations"])
        if LAST_APPLIED in annotations:
            annotations[LAST_APPLIED] = self.stand_in(annotations[LAST_APPLIED])
        return {**metadata, "annotations": annotations}


def comparing_redactor(values: Iterable[Any] = ()) -> Redactor:
    """A redactor with a new random key: equal values have equal stand-ins within this run."""
    return Redactor(key=os.urandom(32)).with_values(values)


def is_secret(body: JsonObject) -> bool:
    """Whether the object is a core Secret."""
    return body.get("kind") == "Secret" and str(body.get("apiVersion", "")) in ("v1", "")


def secrets_of(body: JsonObject) -> Iterator[str]:
    """The values of a Secret, decoded and as written, to mask messages about it."""
    if not is_secret(body):
        return
    for part in ("data", "stringData"):
        masked = body.get(part)
        for value in masked.values() if isinstance(masked, Mapping) else ():
            if isinstance(value, str):
                yield value
                if part == "data":
                    yield from _decoded(value)


def _decoded(value: str) -> Iterator[str]:
    try:
        yield base64.b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        return


def _without_managed_fields(body: JsonObject) -> dict[str, Any]:
    metadata = body.get("metadata")
    if not isinstance(metadata, Mapping) or "managedFields" not in metadata:
        return dict(body)
    kept = {key: value for key, value in metadata.items() if key != "managedFields"}
    return {**body, "metadata": kept}


def _texts(value: Any) -> Iterator[str]:
    """The scalars of a secret value as text; every scalar of a mapping or list is secret."""
    import json

    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        if value:
            yield value
    elif value is not None and not isinstance(value, bool):
        yield json.dumps(value, default=str)


def _without_quoted(text: str, value: str) -> str:
    """The text without a short value in quotes, or where API servers write an invalid number."""
    if value not in text:
        return text
    for before, after in (("'", "'"), ('"', '"'), ('\\"', '\\"'), ("`", "`"), ("Invalid value: ", ":")):
        text = text.replace(f"{before}{value}{after}", f"{before}{MASK}{after}")
    return text


def _letters(digest: bytes) -> str:
    """A digest as consonants, so that it forms no word and no number."""
    alphabet = "BCDFGHJKLMNPQRST"
    return "".join(alphabet[byte >> 4] + alphabet[byte & 15] for byte in digest)
