"""The posts of December 2017, on Kubeflow with ksonnet and on Paddle's elastic training: commands, no YAML.

`tests/transcript` runs the commands, with dlctl for ks. The last post shows no elastic training job:
tests/prototypes/serving/test_paddle.py compares with an example of that project.
"""

from tests.prototypes.published_yaml.text import Passage

SEED = "kubeflow-ksonnet-and-paddle-edl.txt"
RUN = "a command that tests/transcript runs, and looks at what it makes"

NO_OBJECTS = (
    Passage(SEED, 39, 39, RUN),
    Passage(SEED, 52, 52, RUN),
    Passage(SEED, 56, 56, RUN),
    Passage(SEED, 82, 82, RUN),
    Passage(SEED, 86, 86, RUN),
    Passage(SEED, 96, 99, RUN),
    Passage(SEED, 110, 112, RUN),
)
