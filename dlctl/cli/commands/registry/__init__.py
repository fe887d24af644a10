"""The commands of `dlctl registry`."""
