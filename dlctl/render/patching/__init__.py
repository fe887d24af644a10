"""Changes of rendered objects: merge patches, strategic merge patches, JSON patches."""
