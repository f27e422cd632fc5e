"""Targets of all kinds: the reference, emulators, AWS as a fake, real ones."""
