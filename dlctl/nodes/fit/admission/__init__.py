"""What the API server makes of a pod before it is scheduled, and what it refuses."""
