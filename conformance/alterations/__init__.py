"""Named ways of spoiling a right request; a saved case holds the name, so that it replays and reads well."""
