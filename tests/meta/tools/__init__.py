"""Tools that write what tests and pages need."""
