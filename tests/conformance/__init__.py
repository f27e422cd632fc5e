"""The conformance tests: one a rule, or one for several rules that a sequence of calls can break."""
