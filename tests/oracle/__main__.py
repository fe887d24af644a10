"""Compare `node check` with kube-scheduler: python -m tests.oracle [--cases N] [--first N] [--batch N]."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from dlctl.sandbox.host.home import Home
from dlctl.sandbox.lifecycle.up_and_down import down, up
from dlctl.sandbox.nodes.nodes import parse_nodes
from tests.oracle.report import Tally
from tests.oracle.session import answers


def main() -> int:
    """Start a sandbox, run the cases, print the tally; 1 where the rates are too low."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle")
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--write", type=Path, help="a file for the tally")
    chosen = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(state=Path(folder), cache=Home.from_environ(os.environ).cache)
        sandbox = up(
            "oracle",
            home=home,
            environ=os.environ,
            nodes=parse_nodes("cpu-only=0"),
            operators=("training-operator",),
        )
        try:
            indices = range(chosen.first, chosen.first + chosen.cases)
            for each in answers(sandbox.kubeconfig, home, "oracle", indices, chosen.batch):
                if text := tally.add(each):
                    features = ", ".join(sorted(each.case.features))
                    print(f"case {each.case.index} ({each.case.sort}, {features}): {text}")
                    print(f"  {each.messages}", flush=True)
        finally:
            down("oracle", home=home)
    print(tally.text())
    if chosen.write:
        chosen.write.write_text(json.dumps(tally.data(), indent=2) + "\n")
    return 0 if tally.good else 1


sys.exit(main())
