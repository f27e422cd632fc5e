"""From a failure to files that outlive the run: the saved case, and scripts that make its calls without the suite."""
