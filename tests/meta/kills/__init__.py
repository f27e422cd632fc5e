"""Wrong implementations must fail, and right ones must not."""
