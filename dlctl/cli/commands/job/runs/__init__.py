"""The commands of runs: submit, rerun, diff, prune, sweep."""
