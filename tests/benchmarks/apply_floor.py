"""The floor of `apply`, as a program: the objects as bare server-side-apply PATCHes over one urllib3 pool.

Usage: python apply_floor.py KUBECONFIG OBJECTS.json THREADS [delete|list]. With `delete` the objects are
deleted instead; with `list` all objects beside the first one are read first. No discovery, no plan, no check
of any answer but its status. The server does the same work as for dlctl and kubectl: `fieldValidation=Strict`
too.
"""

import json
import ssl
import sys
import tempfile
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import urllib3
import yaml

PLURALS = {
    "ConfigMap": "api/v1/namespaces/{}/configmaps",
    "Deployment": "apis/apps/v1/namespaces/{}/deployments",
}
QUERY = "fieldManager=floor&force=false&fieldValidation=Strict"
HEADERS = {"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"}


FOREGROUND = b'{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground"}'


def main(kubeconfig: Path, objects: Path, threads: int, how: str = "") -> None:
    """Send every object; a status that is not 2xx is an error."""
    server, context = _reach(yaml.load(kubeconfig.read_text(), Loader=yaml.CSafeLoader))
    requests = [_request(server, body) for body in json.loads(objects.read_text())]
    method, kind = ("DELETE", "application/json") if how == "delete" else ("PATCH", HEADERS["Content-Type"])
    headers = {**HEADERS, "Content-Type": kind}
    with (
        urllib3.PoolManager(maxsize=threads, ssl_context=context) as pool,
        ThreadPoolExecutor(threads) as workers,
    ):

        def send(request: tuple[str, bytes]) -> int:
            body = FOREGROUND if how == "delete" else request[1]
            return pool.request(method, request[0], body=body, headers=headers).status

        if how == "list":
            json.loads(pool.request("GET", requests[0][0].rpartition("/")[0], headers=HEADERS).data)
        statuses = set(workers.map(send, requests))
    if not statuses <= {200, 201}:
        sys.exit(f"statuses {statuses}")


def _request(server: str, body: dict[str, dict[str, str]]) -> tuple[str, bytes]:
    metadata = body["metadata"]
    path = PLURALS[str(body["kind"])].format(metadata["namespace"])
    return f"{server}/{path}/{metadata['name']}?{QUERY}", json.dumps(body).encode()


def _reach(config: dict[str, list[dict[str, dict[str, str]]]]) -> tuple[str, ssl.SSLContext]:
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(cadata=b64decode(cluster["certificate-authority-data"]).decode())
    with tempfile.NamedTemporaryFile() as pem:
        pem.write(b64decode(user["client-certificate-data"]) + b"\n" + b64decode(user["client-key-data"]))
        pem.flush()
        context.load_cert_chain(pem.name)
    return cluster["server"], context


main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
