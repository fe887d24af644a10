"""Tests of `dlctl.kinds`."""
