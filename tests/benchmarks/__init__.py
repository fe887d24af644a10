"""Benchmarks: whole processes, as ratios that one run on one machine gives. `make bench` runs all of them.

To compare two checkouts, do not compare two runs of `make bench`: a machine is not the same an hour later.
Give each checkout a `.venv` (`make install` in it) and let the same commands run in turn from both:

    python3 scripts/compare_checkouts.py ../old . --rounds 21

Where wall times jump because other programs run, look at the processor times and at the minima. A row that
is worse there too has a cause: `python -X importtime .venv/bin/dlctl ...` in both checkouts shows what one
imports and the other does not, and `python -m cProfile -s cumtime .venv/bin/dlctl ...` the rest.
"""
