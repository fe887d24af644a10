"""Queues that admit whole jobs: Kueue and Volcano."""
