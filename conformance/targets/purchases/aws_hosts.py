"""Which hosts are of AWS, where a purchase costs real money."""

from __future__ import annotations

_AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "amazonwebservices.com",
    "api.aws",
    "aws.dev",
    "on.aws",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "aws.ic.gov",
    "aws.scloud",
    "csp.hci.ic.gov",
    "aws.hci.ic.gov",
    "cloud.adc-e.uk",
    "cloud-aws.adc-e.uk",
)
"""The domains under which AWS answers, in every partition."""


def is_aws_host(host: str) -> bool:
    """Whether the host is in a domain of AWS, in whatever case, with or without a final dot."""
    plain = host.lower().rstrip(".")
    return any(plain == domain or plain.endswith(f".{domain}") for domain in _AWS_DOMAINS)
