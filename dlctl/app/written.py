"""Where a value of an environment is written, for errors about what it leads to."""

from dlctl.app.discover import ENVIRONMENT_FILE
from dlctl.app.model import Environment
from dlctl.errors import Location
from dlctl.yamlio.load import load_file


def place_in(environment: Environment, key: str) -> Location:
    """The place of a key of environment.yaml, relative to the app. Raises FileError, YamlError."""
    shown = f"environments/{environment.name}/{ENVIRONMENT_FILE}"
    return load_file(environment.folder / ENVIRONMENT_FILE, shown).location((key,))
