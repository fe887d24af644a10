"""The text of new environment files."""

from dlctl.app.model import Destination
from dlctl.yamlio.dump import dump

PARAMS_TEXT = "# Parameters of this environment; 'dlctl param set --env' writes them.\n"


def environment_text(destination: Destination, namespace: str) -> str:
    """A new environment.yaml."""
    if destination.sandbox:
        values: dict[str, str] = {"sandbox": destination.sandbox}
    else:
        values = {
            "context": destination.context,
            "server": destination.server,
            "clusterId": destination.cluster_id,
        }
    values["namespace"] = namespace
    return dump({key: value for key, value in values.items() if value})
