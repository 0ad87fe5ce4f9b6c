"""A second, independent DIMP speaker, written from the specification text alone."""
