"""What makes a fresh account on an endpoint: an access key, a header, a Region, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from conformance.targets.base import Account, TargetError, fresh_account_id, fresh_region

MOTO_ACCOUNT_HEADER = "x-moto-account-id"
_NAME_OF_A_HEADER = r"[A-Za-z0-9-]+"


class By(StrEnum):
    """What tells one fresh account from another."""

    ACCESS_KEY = "access-key"
    HEADER = "header"
    REGION = "region"
    CREDENTIALS = "credentials"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Isolation:
    """How an endpoint keeps accounts apart; `header` is the name of the header, where it is one."""

    by: By
    header: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether every example can have an account of its own, or at least a Region."""
        return self.by not in (By.CREDENTIALS, By.NONE)

    def account(self, only: str) -> Account:
        """The next account: a fresh one, or `only` in a fresh Region, or just `only`. All are 12 digits."""
        if self.by is By.REGION:
            return Account(only, only, regions=(fresh_region(), fresh_region()))
        account = fresh_account_id() if self.is_fresh else only
        return Account(account, account, {self.header: account} if self.header else {})

    def __str__(self) -> str:
        return {
            By.ACCESS_KEY: "fresh by 12-digit access key",
            By.HEADER: f"fresh by the header {self.header}",
            By.REGION: "one only, but fresh in each Region",
            By.CREDENTIALS: "one only, by the access key of the environment",
            By.NONE: "one only",
        }[self.by]


class BadIsolationError(TargetError):
    """The value of --accounts is none; the message says what is."""


def read_isolation(text: str) -> Isolation | None:
    """What --accounts says; None for `auto`, to be found out.

    Else it is `access-key`, `header:NAME`, `region`, `credentials` or `none`.

    Raises:
        BadIsolationError: it says nothing of the kind.
    """
    kind, _, header = text.partition(":")
    if text == "auto":
        return None
    if kind == By.HEADER and re.fullmatch(_NAME_OF_A_HEADER, header):
        return Isolation(By.HEADER, header)
    if text in (By.ACCESS_KEY, By.REGION, By.CREDENTIALS, By.NONE):
        return Isolation(By(text))
    raise BadIsolationError(
        f"--accounts {text!r} is unknown; expected auto, access-key, header:NAME "
        f"(such as header:{MOTO_ACCOUNT_HEADER}), region, credentials or none"
    )
