"""knative-build: what it refuses, and the Baidu talk's objects."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from dlctl.yamlio.load import load_all
from tests.prototypes.eventing.words import words
from tests.prototypes.examples import render

STEP = {"name": "build", "image": "builder:1"}
BUILD = {"git_url": "https://github.com/example/trainer.git", "steps": [STEP]}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"registry_username": "me"}, "go together"),
        ({"registry_username": "me", "registry_password": "secret"}, "go together"),
        ({"registry": "https://registry.example.com"}, "go together"),
        ({"steps": [STEP, STEP]}, "the same name"),
    ],
)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render("knative-build", {**BUILD, **params}, tmp_path)
    assert message in words(raised.value)


TALK = [
    document.value
    for document in load_all(
        """
apiVersion: v1
kind: ServiceAccount
metadata:
  name: dlp-image-pull-push
secrets:
- name: dlp-image-pull-push-token-ed83a
imagePullSecrets:
- name: xxx-xxx
---
apiVersion: v1
kind: Secret
metadata:
  name: dlp-image-pull-push-token-ed83a
  annotations:
    build.knative.dev/docker-0: https://registry.baidu.com/v1/
type: kubernetes.io/basic-auth
stringData:
  username: xxx-xxx
  password: xxx-xxx
---
apiVersion: build.knative.dev/v1alpha1
kind: Build
metadata:
  name: dlp-job-build
spec:
  serviceAccountName: build-image-pull-push
  source:
    git:
      url: https://gitlab.baidu.com/dlp/build-paddle-job.git
      revision: master
  steps:
  - name: build-paddle-image
    image: registry.baidu.com/public/centos6u3-online:1.0.12
    args: ["/bin/bash", "paddle-build", "run"]
  - name: build-paddle-job-image
    image: registry.baidu.com/bml/centos6u3_paddle:v0.11.0
    args: ["/bin/bash", "paddle-job-build", "run"]
""",
        "talk.yaml",
    )
]
"""The talk's objects; slides break words over lines, miss a comma, and put annotations outside metadata."""


def test_the_talks_build(tmp_path: Path) -> None:
    account, secret, build = TALK
    params = {
        "git_url": build["spec"]["source"]["git"]["url"],
        "git_revision": build["spec"]["source"]["git"]["revision"],
        "steps": build["spec"]["steps"],
        "service_account_name": account["metadata"]["name"],
        "registry": secret["metadata"]["annotations"]["build.knative.dev/docker-0"],
        "registry_username": secret["stringData"]["username"],
        "registry_password": secret["stringData"]["password"],
        "registry_secret": secret["metadata"]["name"],
        "image_pull_secrets": [each["name"] for each in account["imagePullSecrets"]],
    }
    made = [
        _without_our_labels(manifest.body)
        for manifest in render("knative-build", params, tmp_path, name="dlp-job-build")
    ]
    # The secret's stringData is data, as the API server keeps it.
    secret["data"] = {
        key: b64encode(value.encode()).decode() for key, value in secret.pop("stringData").items()
    }
    # The slide's Build names an account that the slide does not make: ours names the one that is made.
    build["spec"]["serviceAccountName"] = account["metadata"]["name"]
    assert made == TALK


def _without_our_labels(body: Any) -> Any:
    metadata = {key: value for key, value in body["metadata"].items() if key not in ("labels", "namespace")}
    return {**body, "metadata": metadata}
