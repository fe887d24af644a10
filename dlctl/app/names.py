"""Checks of the names of apps, components, environments, namespaces and labels."""

from dlctl.errors import AppError, Location
from dlctl.pattern import pattern
from dlctl.text import shown_name

_LABEL = pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z")
"""RFC 1123 label, as Kubernetes uses it for names (apimachinery validation.IsDNS1123Label)."""
_SUBDOMAIN = pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
"""RFC 1123 subdomain (apimachinery validation.IsDNS1123Subdomain)."""
_SEGMENT = pattern(r"[A-Za-z0-9]([-A-Za-z0-9_]*[A-Za-z0-9])?\Z")
"""Part of an environment's name: a label value without dots (apimachinery validation.IsValidLabelValue)."""
_QUALIFIED = pattern(
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z"
)
"""A label's key (apimachinery validation.IsQualifiedName)."""
_VALUE = pattern(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?\Z")
"""A label's value (apimachinery validation.IsValidLabelValue)."""
MAX_LENGTH = 63
"""Longest label value and longest RFC 1123 label."""


def check_name(what: str, name: str, location: Location | None = None) -> str:
    """Return the name of a component, app or namespace. Raises AppError if it is not valid."""
    if not _LABEL.match(name) or len(name) > MAX_LENGTH:
        raise AppError(
            f"{shown_name(name)} is not a valid name for {what}",
            location=location,
            hint=f"use lowercase letters, digits and '-', at most {MAX_LENGTH} characters; "
            "begin and end with a letter or digit",
        )
    return name


def check_object_name(name: str, location: Location | None = None, *, dots: bool = True) -> str:
    """Return the base name of a component's objects, which is a label value, too.

    Whether the API takes one with `dots` depends on the kinds of the objects. Raises AppError for others.
    """
    if not dots or not _SUBDOMAIN.match(name) or len(name) > MAX_LENGTH:
        return check_name("an object", name, location)
    return name


def check_environment_name(name: str, location: Location | None = None) -> str:
    """Return an environment's name, which may be a path such as `us-west/prod`.

    Raises AppError if it is not valid.
    """
    well_formed = all(_SEGMENT.match(segment) for segment in name.split("/"))
    if not well_formed or len(name) > MAX_LENGTH:
        raise AppError(
            f"{shown_name(name)} is not a valid name for an environment",
            location=location,
            hint=f"use letters, digits, '-' and '_', with '/' between parts, at most {MAX_LENGTH} characters",
        )
    return name


def check_label(key: str, value: str, location: Location | None) -> None:
    """Raise AppError for a label that the API server would reject."""
    if not _QUALIFIED.match(key):
        raise AppError(
            f"{shown_name(key)} is not a valid label key",
            location=location,
            hint="use letters, digits, '-', '_' and '.', at most 63 characters; a DOMAIN/ prefix is optional",
        )
    if not _VALUE.match(value):
        raise AppError(
            f"{shown_name(value)} is not a valid value for label '{key}'",
            location=location,
            hint=f"use letters, digits, '-', '_' and '.', at most {MAX_LENGTH} characters",
        )
