"""dlctl: a packager for deep learning on Kubernetes."""

__version__ = "0.1.0"

API_VERSION = "dlctl.dev/v1"
"""The version of an app's files and of JSON output; another version may have other keys."""
