"""Packages: their content and its digest, versions and dependencies, and what an app has in vendor/."""
