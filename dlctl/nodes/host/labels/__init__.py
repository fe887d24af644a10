"""Labels of a node: NFD's and GFD's names where they exist, `dlctl.dev/…` for what they lack."""
