"""The commands of `dlctl prototype`."""
