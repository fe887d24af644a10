"""The rules of `drift` in dlctl.yaml and environment.yaml: who decides about a field that others change."""

from dlctl.app import file_keys
from dlctl.app.model import DriftRule
from dlctl.app.reader import Reader
from dlctl.errors import AppError
from dlctl.text import shown_name

RULES = ("ours", "adopt", "ignore")


def read_drift(reader: Reader) -> tuple[DriftRule, ...]:
    """The rules of a file. Raises AppError."""
    return tuple(_rule(entry) for entry in reader.readers("drift"))


def _rule(entry: Reader) -> DriftRule:
    entry.only(*file_keys.DRIFT_RULE)
    rule = entry.required_text("rule")
    if rule not in RULES:
        raise AppError(
            f"{shown_name(rule)} is not a rule",
            location=entry.place("rule"),
            hint=f"rules: {', '.join(RULES)}",
        )
    fields = entry.texts("fields")
    for index, field in enumerate(fields):
        if not field.startswith("/"):
            raise AppError(
                f"{shown_name(field)} is not a JSON pointer",
                location=entry.place("fields", index),
                hint="write it like /spec/replicas",
            )
    return DriftRule(entry.required_text("kind"), fields, entry.texts("managers"), rule)
