"""A new package to start from: one prototype, with an example that passes `pkg test`."""

from pathlib import Path

from dlctl import API_VERSION
from dlctl.app.names import check_name
from dlctl.errors import FileError
from dlctl.files.folders import create_folder

_PACKAGE = """\
apiVersion: {api}
kind: Package
name: {name}
summary: What the prototypes of this package are for
version: 0.1.0
"""
_PROTOTYPE = """\
apiVersion: {api}
kind: Prototype
name: {name}
summary: A program that runs all the time (Deployment)
description: |
  Creates one Deployment (apps/v1) with num_replicas pods. It is ready when every pod is.

  Runs on any cluster.
params:
  image: {{type: string, x-format: image-reference, description: Image of the program, with a tag}}
  num_replicas: {{type: integer, minimum: 0, maximum: 999, default: 1, description: Number of pods}}
required: [image]
rules:
- when: environment.name == "production"
  require: params.num_replicas > 1
  params: [num_replicas]
  message: one pod is not enough for production; set num_replicas
"""
_TEMPLATE = """\
{{% set labels = {{"app": component.name}} %}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{{{ component.name }}}}
spec:
  replicas: {{{{ params.num_replicas }}}}
  selector:
    matchLabels: {{{{ labels }}}}
  template:
    metadata:
      labels: {{{{ labels }}}}
    spec:
      containers:
      - name: main
        image: {{{{ params.image }}}}
"""
_EXPECTED = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: kubeflow
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/instance: {name}
    app.kubernetes.io/part-of: example
    app.kubernetes.io/managed-by: dlctl
    dlctl.dev/app: example
    dlctl.dev/environment: example
    dlctl.dev/component: {name}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
      - name: main
        image: registry.example.com/program:1
"""


def create_package(folder: Path, shown: str) -> None:
    """Write a new package into a folder that does not exist, or is empty. Raises AppError or FileError."""
    name = check_name("a package", folder.name)
    if folder.exists() and any(folder.iterdir()):
        raise FileError(f"{shown} already exists", hint="choose another name, or empty the folder")
    values = {"api": API_VERSION, "name": name}
    example = f"{name}/examples/smallest"
    create_folder(
        folder,
        {
            "package.yaml": _PACKAGE.format(**values),
            f"{name}/prototype.yaml": _PROTOTYPE.format(**values),
            f"{name}/templates/deployment.yaml.j2": _TEMPLATE.format(**values),
            f"{example}/params.yaml": "image: registry.example.com/program:1\n",
            f"{example}/expected.yaml": _EXPECTED.format(**values),
        },
    )
