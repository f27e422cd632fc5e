"""Recordings, and what is judged of them."""
