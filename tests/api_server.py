"""The requests that tests make of an API server most often, without a kubectl process for each of them.

This knows nothing of dlctl's own client, so that what it reads is a second opinion, as kubectl's is.
"""

import functools
import json
import ssl
import tempfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3
import yaml

Json = Any
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
APPLY = "application/apply-patch+yaml"
ANYWHERE = "--all-namespaces"
OPTIONS = {"--namespace": "namespace", "-n": "namespace", "-l": "labels", "--selector": "labels"}


class Place(NamedTuple):
    """Where the objects of a resource are, and of which kind they are."""

    path: str
    kind: str
    namespaced: bool

    def within(self, namespace: str) -> str:
        """The path of those in a namespace; of all where it is empty, or a resource has none."""
        base, _, resource = self.path.rpartition("/")
        return f"{base}/namespaces/{namespace}/{resource}" if self.namespaced and namespace else self.path


class RefusedError(Exception):
    """The API server's answer is an error."""


class ApiServer:
    """An API server as the administrator of a kubeconfig sees it."""

    def __init__(self, kubeconfig: str) -> None:
        known = yaml.safe_load(kubeconfig)
        cluster, user = known["clusters"][0]["cluster"], known["users"][0]["user"]
        context = ssl.create_default_context(cadata=_decoded(cluster["certificate-authority-data"]))
        with tempfile.NamedTemporaryFile("w") as pair:  # ssl takes no certificate from memory
            pair.write(_decoded(user["client-certificate-data"]) + _decoded(user["client-key-data"]))
            pair.flush()
            context.load_cert_chain(pair.name)
        self._server = cluster["server"]
        self._pool = urllib3.PoolManager(ssl_context=context)
        self._places: dict[str, list[Place]] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Json:
        """The answer to one request. Raises RefusedError, or urllib3's HTTPError."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._pool.request(method, self._server + path, body=body, headers=named, timeout=60)
        if answer.status >= 400:
            raise RefusedError(f"{method} {path}: {answer.status} {answer.data.decode()}")
        return json.loads(answer.data)

    def create_namespace(self, name: str) -> None:
        """Make a namespace. Raises RefusedError."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        self.ask("POST", "/api/v1/namespaces", json.dumps(body).encode(), content_type="application/json")

    def delete_namespace(self, name: str) -> None:
        """Begin to delete a namespace. Raises RefusedError."""
        self.ask("DELETE", f"/api/v1/namespaces/{name}")

    def apply(self, path: str, text: str) -> None:
        """Apply one YAML document at its path, on the server's side. Raises RefusedError."""
        query = "fieldManager=kubectl&force=true&fieldValidation=Strict"
        self.ask("PATCH", f"{path}?{query}", text.encode(), content_type=APPLY)

    def resources(self) -> frozenset[str]:
        """The resources that discovery names now, as PLURAL.GROUP."""
        self._places = self._discovered()
        return frozenset(name for name in self._places if "." in name)

    def get(self, *words: str) -> Json | None:
        """What `kubectl get WORDS -o json` prints; None for words that only kubectl understands."""
        asked = _understood(words)
        found = [self._place(kind) for kind in asked["kinds"]] if asked else []
        places = [each for each in found if each]
        if asked is None or len(places) < len(found):
            return None
        if asked["name"]:
            return self.ask("GET", f"{places[0].within(asked['namespace'])}/{asked['name']}")
        query = "?" + urlencode({"labelSelector": asked["labels"]}) if asked["labels"] else ""
        lists = [self._items(each.within(asked["namespace"]) + query, each.kind) for each in places]
        return {"apiVersion": "v1", "kind": "List", "items": [item for each in lists for item in each]}

    def _items(self, path: str, kind: str) -> Iterator[Json]:
        answer = self.ask("GET", path)
        for item in answer["items"]:
            yield {"apiVersion": answer["apiVersion"], "kind": kind, **item}

    def _place(self, name: str) -> Place | None:
        """Where a resource is; None unless one alone has this name."""
        if name.lower() not in self._places:
            self._places = self._discovered()
        found = self._places.get(name.lower(), [])
        return found[0] if len(found) == 1 else None

    def _discovered(self) -> dict[str, list[Place]]:
        """Every name by which kubectl knows a resource."""
        names: dict[str, list[Place]] = {}
        for root in ("/api", "/apis"):
            for group in self.ask("GET", root, accept=AGGREGATED)["items"]:
                for full, (place, short) in _resources(root, group).items():
                    for name in {full, *short}:
                        names.setdefault(name, []).append(place)
        return names


def _resources(root: str, group: Json) -> dict[str, tuple[Place, set[str]]]:
    """The resources of a group by their full names: each in the version that the server prefers."""
    found: dict[str, tuple[Place, set[str]]] = {}
    group_name = group["metadata"].get("name", "")
    for version in group["versions"]:
        base = f"{root}/{group_name}/{version['version']}".replace("//", "/")
        for each in version.get("resources", ()):
            plural, kind = each["resource"], each["responseKind"]["kind"]
            place = Place(f"{base}/{plural}", kind, each["scope"] == "Namespaced")
            short = {plural, each.get("singularResource", ""), *each.get("shortNames", ())} - {""}
            found.setdefault(f"{plural}.{group_name}", (place, short))
    return found


@functools.cache
def _by_content(kubeconfig: str) -> ApiServer:
    return ApiServer(kubeconfig)


def api_server(kubeconfig: Path) -> ApiServer:
    """The API server of a kubeconfig; connections are kept."""
    return _by_content(kubeconfig.read_text())


def _decoded(text: str) -> str:
    return b64decode(text).decode()


def _understood(words: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The parts of a `kubectl get`: its kinds, a name, a namespace (empty: all) and labels."""
    found: dict[str, Any] = {"namespace": "default", "labels": "", "name": ""}
    rest, plain = list(words), []
    while rest:
        word = rest.pop(0)
        if word in OPTIONS:
            found[OPTIONS[word]] = rest.pop(0)
        elif word in (ANYWHERE, "-A"):
            found["namespace"] = ""
        elif word.startswith("-") or "/" in word:
            return None
        else:
            plain.append(word)
    if len(plain) not in (1, 2):
        return None
    kinds = plain[0].split(",")
    found |= {"kinds": kinds, "name": plain[1] if len(plain) == 2 else ""}
    return found if len(kinds) == 1 or not found["name"] else None
