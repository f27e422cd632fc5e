"""What was found: the checker, failures, verdicts, baseline and gate."""
