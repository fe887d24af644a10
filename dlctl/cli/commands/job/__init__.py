"""`dlctl job`: the jobs of an app."""
