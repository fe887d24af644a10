"""The commands of `dlctl pkg`."""
