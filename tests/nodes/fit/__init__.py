"""Tests of `dlctl.nodes.fit`: each rule as a table, and whole verdicts."""
