"""What the suite's tests of itself are made with, and tools for those who work on it."""
