"""Stand-ins for what dlctl talks to."""
