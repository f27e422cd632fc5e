"""Hypothesis strategies for the cases of the suite: plural nouns, with keyword-only arguments that are strategies."""
