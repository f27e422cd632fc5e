"""Loads the suite's plugin for every test of this repository."""

pytest_plugins = ["conformance.plugin"]
