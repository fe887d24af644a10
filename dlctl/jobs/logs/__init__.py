"""Logs of the pods of a job: which containers, their lines in order or as they come, each line once."""
