"""What the tests of the seeds go through: every comparison, and every passage that is no object."""

from tests.prototypes.published_yaml import (
    baidu_build,
    baidu_eventing,
    baidu_serving,
    bloomberg,
    ceph,
    kubeflow,
    momenta,
)

SEEDS = (
    baidu_build.SEED,
    bloomberg.SEED,
    ceph.SEED,
    kubeflow.SEED,
    momenta.SEED,
)
COMPARISONS = (
    *baidu_build.COMPARISONS,
    *baidu_serving.COMPARISONS,
    *baidu_eventing.COMPARISONS,
    *bloomberg.COMPARISONS,
    *ceph.COMPARISONS,
)
NO_OBJECTS = (
    *baidu_eventing.NO_OBJECTS,
    *bloomberg.NO_OBJECTS,
    *ceph.NO_OBJECTS,
    *kubeflow.NO_OBJECTS,
)
