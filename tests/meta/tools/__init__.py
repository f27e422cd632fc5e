"""What the suite's tests of itself are made with, wherever they stand."""
