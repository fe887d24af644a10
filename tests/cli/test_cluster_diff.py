"""`dlctl cluster diff --offline`: what people read of two cluster.yaml."""

import re

from dlctl.app.cluster_snapshot import ClusterSnapshot
from dlctl.app.snapshot.text import snapshot_text
from tests.project import Project


def test_headings_have_the_names_as_they_are(app: Project) -> None:
    for name, version in (("dev", "v1.34.2"), ("prod", "v1.33.0")):
        text = snapshot_text(ClusterSnapshot(version, (), ()), name)
        app.write({f"environments/{name}/cluster.yaml": text})
    answer = app.run("cluster", "diff", "dev", "prod", "--offline")
    assert answer.code == 1
    assert re.search(r"^WHAT +NAME +dev +prod$", answer.out, re.M)
    assert re.search(r"^COMPONENT +NEEDS +ON prod$", answer.out, re.M)
