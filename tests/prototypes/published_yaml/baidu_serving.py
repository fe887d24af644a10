"""Baidu's talk of 2019, how models are served: Knative's Configuration, Route and autoscaled Service."""

from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.fields import added, gone, moved
from tests.prototypes.published_yaml.knative import (
    confined,
    latest,
    named,
    one_container,
    serving_v1,
    without_generations,
)
from tests.prototypes.published_yaml.text import Block, Mend, Piece

SEED = "baidu-dlp-knative.txt"

CONFIGURATION = Block(
    SEED,
    (Piece(400, 417),),
    (
        Mend("paddle-model-\nserving-route", "paddle-model-serving-route"),
        Mend("model-\nserving:1.0.1", "model-serving:1.0.1"),
    ),
)
ROUTE = Block(SEED, (Piece(421, 430),))
WEIGHTED_ROUTE = Block(
    SEED,
    (Piece(443, 456), Piece(457, 457, indent=2), Piece(460, 460), Piece(461, 461, indent=2)),
    (
        Mend("**serving.knative.dev/v1alpha1**", "serving.knative.dev/v1alpha1"),
        Mend("**Route**", "Route"),
        # The slide ends in the middle of the revisions' names, which Knative numbers.
        Mend("paddle-model-servi\n   percent: 90", "paddle-model-serving-00001\n   percent: 90"),
        Mend("paddle-model-servi\n   percent: 10", "paddle-model-serving-00002\n   percent: 10"),
    ),
)
AUTOSCALED = Block(SEED, (Piece(477, 493),))
OWN_CLASS = Block(
    SEED,
    (Piece(477, 485), Piece(500, 502, indent=8), Piece(487, 493)),
    (
        Mend(
            "class\n        hpa.autoscaling.paddle.baidu.\n        com",
            "class: hpa.autoscaling.paddle.baidu.com",
        ),
    ),
)

CONFIG = "paddle-model-serving-config"
IMAGE = "registry.baidu.com/paddle/paddle-model-serving:1.0.1"
BLOCK = {"scale_metric": "concurrency", "scale_target": 10, "min_scale": 1, "max_scale": 100}
CONTAINER = "Service.spec.template.spec.containers[0]"
AUTOSCALING = "Service.spec.template.metadata.annotations[autoscaling.knative.dev"
SCALED = (
    serving_v1("Service"),
    # Their spelling since 1.1; the old one is still read.
    moved(f"{AUTOSCALING}/minScale]", f"{AUTOSCALING}/min-scale]"),
    moved(f"{AUTOSCALING}/maxScale]", f"{AUTOSCALING}/max-scale]"),
)

COMPARISONS = (
    Comparison(
        "baidu-configuration-and-route",
        (CONFIGURATION, ROUTE),
        prototype="traffic-split",
        component="paddle-model-serving-route",
        params={
            "configurations": {CONFIG: "registry.baidu.com/bml/paddle-model-serving:1.0.1"},
            "pod_labels": {"app": "greeter"},
            "traffic": [{"configuration": CONFIG, "percent": 100}],
        },
        changes=(
            serving_v1("Configuration"),
            *without_generations("Configuration"),
            # Knative's own note of the Routes that a Configuration has.
            gone("Configuration.metadata.labels[serving.knative.dev/route]", "paddle-model-serving-route"),
            moved("Configuration.spec.revisionTemplate.metadata", "Configuration.spec.template.metadata"),
            *one_container("Configuration.spec.revisionTemplate.spec.container", "Configuration"),
            serving_v1("Route"),
            *without_generations("Route"),
            *latest("Route", True),
        ),
    ),
    Comparison(
        "baidu-weighted-route",
        (WEIGHTED_ROUTE,),
        prototype="traffic-split",
        component="paddle-model-serving",
        params={
            "traffic": [
                {"revision": "paddle-model-serving-00001", "percent": 90},
                {"revision": "paddle-model-serving-00002", "percent": 10},
            ]
        },
        changes=(serving_v1("Route"), *latest("Route", False, False)),
    ),
    Comparison(
        "baidu-autoscaled-service",
        (AUTOSCALED,),
        prototype="knative-service",
        component="paddle-model-autoscale",
        params={"image": IMAGE, "autoscaling_class": "kpa", **BLOCK},
        changes=(*SCALED, named(CONTAINER), confined(CONTAINER)),
    ),
    Comparison(
        "baidu-own-class",
        (OWN_CLASS,),
        prototype="knative-service",
        component="paddle-model-autoscale",
        params={"image": IMAGE, "autoscaling_class": "hpa.autoscaling.paddle.baidu.com", **BLOCK},
        changes=(*SCALED, named(CONTAINER), confined(CONTAINER)),
    ),
    Comparison(
        "baidu-autoscaled-paddle-serving",
        (AUTOSCALED,),
        prototype="paddle-serving",
        component="paddle-model-autoscale",
        params={
            "runtime": "knative",
            "own_command": True,
            "image": IMAGE,
            "autoscaling_class": "kpa",
            **BLOCK,
        },
        changes=(
            *SCALED,
            added(f"{CONTAINER}.name", "serving"),
            added(f"{CONTAINER}.ports[0]", {"name": "http1", "containerPort": 9292}),  # Paddle Serving's
            confined(CONTAINER),
        ),
    ),
)
