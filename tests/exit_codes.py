"""The table of exit codes in the README, in parts that tests drive one by one."""

import re

from tests.conftest import REPOSITORY

COMPARE = "`diff`, `param diff`, `env diff`, `cluster diff`, `job diff`: "

OFFLINE = {
    (0, "done"),
    (0, COMPARE + "there are no differences"),
    (1, "failed, or not confirmed at the prompt"),
    (1, COMPARE + "there are differences, and nothing else"),
    (1, "`validate`: there are errors"),
    (2, "the command line is wrong, or there is no terminal to ask a question on"),
    (2, COMPARE + "it failed (2 or more)"),
    (130, "interrupted with Ctrl-C"),
    (130, "143 by SIGTERM, 129 by SIGHUP"),
}
"""What `tests/cli/test_exit_codes.py` drives; the commands that need a cluster are below."""

ON_CLUSTER = {
    (0, COMPARE + "there are no differences"),
    (0, "`status`: the objects are shown, whatever their state is (Unknown: it could not be read)"),
    (1, COMPARE + "there are differences, and nothing else"),
    (0, "`status --wait`, `status --exit-status`: all is ready"),
    (1, "`apply --wait`, `status --wait`, `status --exit-status`: something failed or is missing"),
    (3, "`status --wait`, `status --exit-status`: something is in progress"),
    (3, "`apply`, `adopt`, `delete`: another dlctl command holds the lock"),
    (1, "`env update --check`: a file is out of date"),
    (1, "`node check`: something does not fit now"),
    (1, "`job logs --exit-status`: the job failed"),
    (1, "`preflight`: permissions are missing"),
    (
        2,
        "`diff`: an object would be refused, or it is unknown what would change, or a kind is missing, "
        "or the cluster is not the one that the environment is pinned to",
    ),
    (2, COMPARE + "it failed (2 or more)"),
    (3, "`apply`, `delete`, `job cancel`: done, but not ready or not gone in time"),
    (1, "`job wait`: a job finished in another state"),
    (3, "`job wait`: timed out"),
    (4, "`job wait`: a job is not found or was deleted, or its cluster cannot be read"),
    (
        4,
        "some of several clusters could not be read "
        "(where none could: 1, of `cluster diff` and `job diff` 2): "
        "`job list`, `job top`, `job describe`, `job logs`, `job exec`, `job port-forward`, `port-forward`, "
        "`job rerun`, `job diff`, `node list`, `node label`, `node check`, `cluster list`, `cluster diff`, "
        "`env update`",
    ),
}
"""What `tests/on_cluster/test_exit_codes.py` drives, and beside it `test_jobs.py` (`job logs`) and
`test_env_update.py`, whose cluster gets no kinds from other tests (`env update --check`, `cluster diff`)."""


def table() -> set[tuple[int, str]]:
    """The parts of the table's rows: a code and what it means."""
    text = (REPOSITORY / "README.md").read_text().partition("| exit code | means |")[2]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE)
    return {(int(code), part) for code, means in rows for part in means.split("; ")}
