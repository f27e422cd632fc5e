"""Tools for those who work on the suite: run by hand, or by make."""
