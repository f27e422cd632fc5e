"""The tests of the suite: the conformance tests, and the tests of the suite itself."""
