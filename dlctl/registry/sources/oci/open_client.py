"""A client for one repository, with the user's credentials."""

from dlctl.registry.sources.oci.authorize import Authorizer
from dlctl.registry.sources.oci.client import OciClient
from dlctl.registry.sources.oci.docker_config import DockerConfig
from dlctl.registry.sources.oci.exchange import Exchange
from dlctl.registry.sources.oci.place import OciPlace
from dlctl.registry.sources.protocol import Surroundings


def open_client(
    place: OciPlace, surroundings: Surroundings, storage: str = "", *, write: bool = False
) -> OciClient:
    """Requests to one repository; nothing is sent yet. `write` asks for the permission to push."""
    exchange = Exchange(surroundings.environ, surroundings.timeout)
    config = DockerConfig(surroundings.environ, surroundings.timeout)
    actions = "pull,push" if write else "pull"
    authorizer = Authorizer(place, exchange, config.credentials, actions)
    return OciClient(place, exchange, authorizer, storage, surroundings.emit)
