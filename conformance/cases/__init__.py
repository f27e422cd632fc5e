"""What an example does: the case, its JSON, how its references are resolved, and how requests are mutated."""
