"""Which names apps, components, environments and namespaces may have."""

import re

from dlctl.errors import AppError, Location

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z")
"""RFC 1123 label, as Kubernetes uses it for names (apimachinery validation.IsDNS1123Label)."""
_SEGMENT = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_]*[A-Za-z0-9])?\Z")
"""A part of a label value without dots (apimachinery validation.IsValidLabelValue)."""
_QUALIFIED = re.compile(
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z"
)
"""A label's key (apimachinery validation.IsQualifiedName)."""
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?\Z")
"""A label's value (apimachinery validation.IsValidLabelValue)."""
MAX_LENGTH = 63
"""Longest label value and longest RFC 1123 label."""


def check_name(what: str, name: str, location: Location | None = None) -> str:
    """Return a component's, app's or namespace's name, or raise AppError saying what is wrong with it."""
    if not _LABEL.match(name) or len(name) > MAX_LENGTH:
        raise AppError(
            f"'{name}' cannot be the name of {what}",
            location=location,
            hint=f"use lower-case letters, digits and '-', at most {MAX_LENGTH} of them",
        )
    return name


def check_environment_name(name: str, location: Location | None = None) -> str:
    """Return an environment's name, which may be a path such as `us-west/prod`, or raise AppError."""
    well_formed = all(_SEGMENT.match(segment) for segment in name.split("/"))
    if not well_formed or len(name) > MAX_LENGTH:
        raise AppError(
            f"'{name}' cannot be the name of an environment",
            location=location,
            hint=f"use letters, digits, '-' and '_', and '/' between parts; at most {MAX_LENGTH} characters",
        )
    return name


def check_label(key: str, value: str, location: Location | None) -> None:
    """Raise AppError for a label that an API server would refuse."""
    if not _QUALIFIED.match(key):
        raise AppError(
            f"'{key}' cannot be the key of a label",
            location=location,
            hint="use letters, digits, '-', '_' and '.', at most 63 of them; DOMAIN/ may stand before",
        )
    if not _VALUE.match(value):
        raise AppError(
            f"'{value}' cannot be the value of label '{key}'",
            location=location,
            hint=f"use letters, digits, '-', '_' and '.', at most {MAX_LENGTH} of them",
        )
