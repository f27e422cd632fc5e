"""The parts of the suite, one by one."""
