"""Settings, locks, connections: the ground floor."""
