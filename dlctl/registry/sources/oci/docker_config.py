"""Credentials as docker keeps them: ~/.docker/config.json and credential helpers. None is stored."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlctl.errors import Location, RegistryError
from dlctl.registry.sources.process import Limits, run

_HELPER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_HELPER_SECONDS = 60.0
_HELPER_OUTPUT = 1 << 16
_TOKEN_USER = "<token>"
"""The user name by which a helper says that the secret is an identity token."""
_DOCKER_HUB_KEY = "https://index.docker.io/v1/"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and password, or an identity token, which a token server exchanges."""

    user: str = field(repr=False)
    password: str = field(repr=False)
    identity_token: str = field(default="", repr=False)

    @property
    def basic(self) -> str:
        """The value of a header `Authorization`."""
        return f"Basic {base64.b64encode(f'{self.user}:{self.password}'.encode()).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """Docker's configuration of the user whose environment variables these are."""

    environ: Mapping[str, str] = field(repr=False)
    timeout: float = _HELPER_SECONDS

    def credentials(self, host: str) -> Credentials | None:
        """The credentials for exactly this host. Raises RegistryError if the configuration cannot be read."""
        config = self._read()
        name = _block(config, "credHelpers").get(host) or config.get("credsStore")
        if isinstance(name, str) and name:
            answered = self._ask(name, _DOCKER_HUB_KEY if host == "docker.io" else host)
            if answered:
                return answered
        auths = _block(config, "auths")
        found = [auths[key] for key in _keys(host) if isinstance(auths.get(key), Mapping)]
        return _stated(found[0], host) if found else None

    @property
    def path(self) -> Path:
        """The file."""
        folder = self.environ.get("DOCKER_CONFIG")
        return (Path(folder) if folder else Path(self.environ.get("HOME", "/")) / ".docker") / "config.json"

    def _read(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self.path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise RegistryError(
                f"cannot be read: {error.strerror}", location=Location(str(self.path))
            ) from error
        except (ValueError, RecursionError) as error:
            raise RegistryError("is not valid JSON", location=Location(str(self.path))) from error
        return found if isinstance(found, dict) else {}

    def _ask(self, name: str, host: str) -> Credentials | None:
        """What a credential helper answers; None if it has nothing for the host."""
        if not _HELPER.fullmatch(name):
            raise RegistryError(
                f"'{name}' is not the name of a credential helper", location=Location(str(self.path))
            )
        program = f"docker-credential-{name}"
        try:
            ended = run(
                [program, "get"],
                self.environ,
                Limits(self.timeout, _HELPER_OUTPUT),
                data=f"{host}\n".encode(),
            )
        except OSError as error:
            raise RegistryError(
                f"credential helper {program} cannot be started: {error.strerror}",
                location=Location(str(self.path)),
                hint="install it, or remove it from the configuration of docker",
            ) from error
        if ended.broken:
            raise RegistryError(f"credential helper {program} did not answer within {self.timeout:g} s")
        return _answered(ended.out) if ended.code == 0 else None


def _answered(out: bytes) -> Credentials | None:
    try:
        found = json.loads(out)
        user, secret = found["Username"], found["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(user, str) or not isinstance(secret, str) or not secret:
        return None
    return Credentials("", "", secret) if user == _TOKEN_USER else Credentials(user, secret)


def _keys(host: str) -> tuple[str, ...]:
    """The keys under which docker keeps a host."""
    known = (_DOCKER_HUB_KEY, "index.docker.io") if host == "docker.io" else ()
    return (host, f"https://{host}", f"https://{host}/", f"https://{host}/v1/", f"https://{host}/v2/", *known)


def _stated(stated: Mapping[str, Any], host: str) -> Credentials | None:
    token = stated.get("identitytoken")
    if isinstance(token, str) and token:
        return Credentials("", "", token)
    user, password = stated.get("username"), stated.get("password")
    if isinstance(user, str) and user and isinstance(password, str):
        return Credentials(user, password)
    if not isinstance(stated.get("auth"), str) or not stated["auth"]:
        return None
    try:
        user, _, password = base64.b64decode(stated["auth"], validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise RegistryError(
            f"the credentials for {host} in the configuration of docker are not valid"
        ) from error
    return Credentials(user, password.rstrip("\0"))


def _block(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = config.get(key)
    return found if isinstance(found, Mapping) else {}
