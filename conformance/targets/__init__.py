"""The targets: what answers the calls of a case."""
