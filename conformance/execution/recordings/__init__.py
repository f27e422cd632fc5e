"""Recordings: what somebody else's traffic left in a file, read as the calls of a trace.

HAR 1.2, VCR cassettes, CloudTrail, and the suite's own traces. Nothing is sent, and nothing is kept of a file but what
a judge needs: of credentials the scope alone, of headers a few.
"""
