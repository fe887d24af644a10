"""Bloomberg's and Diagrid's talk of 2023: Knative, Knative with Dapr, KServe, each on one line."""

from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.fields import added, gone
from tests.prototypes.published_yaml.knative import confined, named
from tests.prototypes.published_yaml.text import Block, Passage, Piece

SEED = "bloomberg-diagrid-platform-building.txt"

FRONTEND = Block(
    SEED,
    (Piece(59, 59),),
    layout="""
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: frontend
spec:
  template:
    spec:
      containers:
      - image: salaboy/frontend:v2.0.0
  traffic:
""",
)
WITH_DAPR = Block(
    SEED,
    (Piece(101, 101),),
    layout="""
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: frontend
spec:
  template:
    metadata:
      annotations:
        dapr.io/app-id: frontend
        dapr.io/app-port: "8080"
        dapr.io/enabled: "true"
    spec:
      containers:
      - image: salaboy/frontend:v2.0.0
""",
)
INFERENCE_SERVICE = Block(
    SEED,
    (Piece(167, 167),),
    layout="""
apiVersion: "serving.kserve.io/v1beta1"
kind: "InferenceService"
metadata:
  name: "example-inference-svc"
spec:
  transformer:
    containers:
    - image: kserve/image-transformer:latest
      name: kserve-container
  predictor:
    model:
      modelFormat:
        name: pytorch
      storageUri: "gs://path-to-model/pytorch/v1"
""",
)
NO_OBJECTS = (
    Passage(
        SEED,
        71,
        71,
        "a command of Knative's func, which builds on its user's machine; knative-service serves the image",
    ),
)
CONTAINER = "Service.spec.template.spec.containers[0]"

COMPARISONS = (
    Comparison(
        "bloomberg-knative",
        (FRONTEND,),
        prototype="knative-service",
        component="frontend",
        params={"image": "salaboy/frontend:v2.0.0"},
        changes=(
            gone("Service.spec.traffic", None),  # the slide ends here
            named(CONTAINER),
            confined(CONTAINER),
        ),
    ),
    Comparison(
        "bloomberg-dapr",
        (WITH_DAPR,),
        prototype="dapr-service",
        component="frontend",
        params={"image": "salaboy/frontend:v2.0.0", "port": 8080},
        changes=(
            # Dapr's own port for metrics is that of Knative's queue-proxy.
            added("Service.spec.template.metadata.annotations[dapr.io/metrics-port]", "9095"),
            added(f"{CONTAINER}.name", "app"),
            added(f"{CONTAINER}.ports[0]", {"name": "http1", "containerPort": 8080}),
            confined(CONTAINER),
        ),
    ),
    Comparison(
        "bloomberg-kserve",
        (INFERENCE_SERVICE,),
        prototype="kserve-inference",
        component="example-inference-svc",
        params={
            "model_format": "pytorch",
            "storage_uri": "gs://path-to-model/pytorch/v1",
            "transformer": {"image": "kserve/image-transformer:latest"},
        },
        changes=(
            # Without it the cluster's settings decide, and differently on each.
            added("InferenceService.metadata.annotations[serving.kserve.io/deploymentMode]", "Knative"),
            confined("InferenceService.spec.predictor.model"),
            confined("InferenceService.spec.transformer.containers[0]"),
        ),
    ),
)
