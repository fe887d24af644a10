"""The commands of `dlctl cluster`."""
