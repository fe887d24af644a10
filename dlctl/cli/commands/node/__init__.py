"""The commands of `dlctl node`."""
