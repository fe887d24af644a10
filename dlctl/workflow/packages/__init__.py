"""What the commands of `dlctl registry` and `dlctl pkg` do."""
