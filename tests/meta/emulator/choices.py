"""Which variation chooses otherwise than the right emulator, where the documents leave a choice and a rule tells it."""

CHOICES = {
    ("wire/unknown-parameters", "unknown-parameters-refused"): "refused, tolerated",
    ("exclusivity/repeated-request", "repeats-answered"): "answered with it",
    ("exclusivity/other-region", "exclusive-across-regions"): "blocked",
    ("lifecycle/other-region", "describes-across-regions"): "found",
    ("lists/offerings-while-active", "offerings-hidden-while-active"): "hidden",
    ("exclusivity/refusal", "second-is-forbidden"): "ForbiddenException",
    ("lifecycle/initial-state", "processing-for-a-minute"): "PROCESSING",
    ("end/month-end-consistent", "overflowing-month-ends"): "overflow",
}
"""The choice that a rule tells of a variation."""
