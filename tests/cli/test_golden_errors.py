"""What users read when they slip: every message in one table, next to the words that were typed.

`DLCTL_UPDATE_GOLDEN=1 pytest tests/cli/test_golden_errors.py` writes the table anew; read the difference.
"""

import os
import shlex
from pathlib import Path

from tests.project import Project

GOLDEN = Path(__file__).parent / "golden" / "errors.txt"
LINES = """\
init 'My App'
shw dev
rollback dev
env create new
show
show staging
show dve
show dev -c wbe
show dev --set replcas=3
show dev --set replicas=three
show dev --set replicas
show dev --set wbe.replicas=3
show dev --set nope.replicas=3
show dev -o toml
show dev --output xml
generate
generate page
generate tf-cn cnn
generate page web
generate page 'New Page'
generate page new --replcas 3
generate page new --replicas three
generate page new --replicas
generate page new --workers 3
generate page new extra
generate page new --values missing.yaml
component rm wbe
component rm web
component eject nope
param set
param set web
param set web replicas
param set web replcas 3
param set web replicas three
param set web replicas -1
param set web ratio 2
param set web debug yes
param set web replicas null
param set web tags '[[1]]'
param set --json web title plain
param set --env staging web replicas 3
param set --env dev web replicas
param set --env dev titel x
param set title=x
param unset web title
param explain web
param explain web titel
param list wbe
param diff dev
param diff dev prd
env add dev
env add new
env add ../new --sandbox s
env add new --sandbox s --context c
env describe prd
env set dev
env set dev --namespace 'My Space'
env rm dev
prototype describe pag
prototype preview tf-serving
prototype preview page new
completion powershell
--dir nowhere show dev
"""


def test_errors_match_the_golden_file(app: Project, tmp_path: Path) -> None:
    blocks = []
    for line in LINES.splitlines():
        before = app.files()
        outcome = app.run(*shlex.split(line))
        assert outcome.out == "", line
        assert outcome.code in (1, 2), line
        assert app.files() == before, line
        text = outcome.err.replace(str(app.root), "APP").replace(str(tmp_path), "TMP")
        blocks.append(f"$ dlctl {line}\n{text}exit {outcome.code}\n")
    actual = "\n".join(blocks)
    if os.environ.get("DLCTL_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(actual)
    assert actual == GOLDEN.read_text()
