"""The top floor: definitions, whole runs, killed runs, the command line."""
