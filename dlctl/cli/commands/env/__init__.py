"""The commands of `dlctl env`."""
