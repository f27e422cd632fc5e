"""Failing cases that are saved: as JSON, as a script, in a folder, and what becomes of them when they are replayed."""
