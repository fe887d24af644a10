"""An in-memory API server for unit tests of plans and deploys."""
