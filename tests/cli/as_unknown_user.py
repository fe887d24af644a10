"""Run as a program, by root: `dlctl WORDS` as a user whom the system does not know, without HOME.

What commands load lazily is loaded by a first run, since that user may not be allowed to read it.
"""

import contextlib
import io
import os
import sys
import tempfile  # noqa: F401 - loaded lazily in other cases than in the first run

from dlctl.cli.main import main

UNKNOWN = 54321


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        main(sys.argv[1:])
    os.environ.pop("HOME")
    os.setresuid(UNKNOWN, UNKNOWN, UNKNOWN)
    sys.exit(main(sys.argv[1:]))
