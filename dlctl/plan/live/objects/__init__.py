"""The objects that a cluster has: found by label or by name, in few requests, without anybody's data."""
