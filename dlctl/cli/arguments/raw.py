"""Settings of the commands that parse their own words: `generate` and `prototype preview`."""

from collections.abc import Mapping
from typing import Any

RAW_ARGUMENTS: Mapping[str, Any] = {
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
}
"""Click settings of a command that passes all arguments to `parse_prototype_arguments`."""
