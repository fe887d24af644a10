"""Baidu's talk of 2019, how events reach a model: the Flow."""

from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.fields import added, became, gone, moved
from tests.prototypes.published_yaml.knative import SERVING
from tests.prototypes.published_yaml.text import Block, Mend, Passage, Piece

SEED = "baidu-dlp-knative.txt"

FLOW = Block(
    SEED,
    (Piece(632, 643), Piece(644, 645, indent=2), Piece(646, 651)),  # parameters are the trigger's
    (
        Mend("k8sevents/\n    dev.knative", "k8sevents/dev.knative"),
        Mend("serving.knative.dev/\n      v1alpha1", "serving.knative.dev/v1alpha1"),
    ),
)
NO_OBJECTS = (
    Passage(SEED, 662, 669, "the Go program that sends events"),
    Passage(SEED, 673, 675, "the Go program that sends events"),
    Passage(SEED, 689, 691, "the Go program that gets events"),
)
PARAMS = {"target": "route:paddle-model-serving", "source_account": "paddle-sa"}
NAME = "k8s-event-to-serving-flow"

COMPARISONS = (
    Comparison(
        "baidu-flow-of-its-time",
        (FLOW,),
        prototype="knative-flow",
        component=NAME,
        params={**PARAMS, "api": "legacy"},
    ),
    Comparison(
        "baidu-flow-today",
        (FLOW,),
        prototype="knative-flow",
        component=NAME,
        params=PARAMS,
        changes=(
            # The trigger's service k8sevents and its resource: a source that watches the kind Event ...
            gone("Flow.apiVersion", "flows.knative.dev/v1alpha1"),
            gone("Flow.kind", "Flow"),
            gone("Flow.spec.trigger.service", "k8sevents"),
            gone("Flow.spec.trigger.resource", "k8sevents/dev.knative.k8s.event"),
            added("ApiServerSource.apiVersion", "sources.knative.dev/v1"),
            added("ApiServerSource.kind", "ApiServerSource"),
            added("ApiServerSource.metadata.name", NAME),
            added("ApiServerSource.spec.mode", "Resource"),
            added("ApiServerSource.spec.resources[0]", {"apiVersion": "v1", "kind": "Event"}),
            # ... in the namespace where it is itself ...
            gone("Flow.spec.trigger.parameters.namespace", "default"),
            # ... as the Flow's account ...
            moved("Flow.spec.serviceAccountName", "ApiServerSource.spec.serviceAccountName"),
            # ... and sends events to a broker that has no others, so that their type needs no filter.
            gone("Flow.spec.trigger.eventType", "dev.knative.k8s.event"),
            added("ApiServerSource.spec.sink.ref.apiVersion", "eventing.knative.dev/v1"),
            added("ApiServerSource.spec.sink.ref.kind", "Broker"),
            added("ApiServerSource.spec.sink.ref.name", NAME),
            added("Broker.apiVersion", "eventing.knative.dev/v1"),
            added("Broker.kind", "Broker"),
            added("Broker.metadata.name", NAME),
            # The Flow's action is a trigger of that broker.
            added("Trigger.apiVersion", "eventing.knative.dev/v1"),
            added("Trigger.kind", "Trigger"),
            moved("Flow.metadata.name", "Trigger.metadata.name"),
            added("Trigger.spec.broker", NAME),
            moved("Flow.spec.action.target", "Trigger.spec.subscriber.ref"),
            became("Trigger.spec.subscriber.ref.apiVersion", *SERVING),
        ),
    ),
)
