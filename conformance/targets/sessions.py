"""The sessions of botocore that sign: without what the user has configured for AWS, or with credentials of his own."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

from botocore.loaders import Loader, create_loader
from botocore.session import Session

from conformance.targets.base import TargetError

KEY, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_KEY_OF_AWS = re.compile(r"A[KS]IA[A-Z0-9]{16}")
# What the user has configured for AWS has no say: a profile that does not exist, another endpoint, FIPS.
_NO_CONFIGURATION: Any = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "ignore_configured_endpoint_urls": (None, None, True, None),
    "use_fips_endpoint": (None, None, False, None),
    "use_dualstack_endpoint": (None, None, False, None),
}


class BadCredentialsError(TargetError):
    """The credentials of the environment cannot be used; the message says why."""


@cache
def _loader(data_path: str | None) -> Loader:
    """What reads botocore's models: one for all sessions, as each would read megabytes of JSON anew."""
    return create_loader(data_path)


def plain_session() -> Session:
    """A session on which no configuration, profile or credentials of the user have a say."""
    session = Session(session_vars=_NO_CONFIGURATION)
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
    return session


def session_of_environment() -> Session:
    """A session that signs with the access key of the environment, which must be an emulator's own.

    With a key of AWS a purchase could be real, if the endpoint passed it on.

    Raises:
        BadCredentialsError: there is no key, or it looks like one of AWS.
    """
    key, secret = os.environ.get(KEY), os.environ.get(SECRET)
    if not key or not secret:
        raise BadCredentialsError(f"--accounts credentials: {KEY} and {SECRET} must be set to those of the emulator")
    if _KEY_OF_AWS.fullmatch(key):
        raise BadCredentialsError(
            f"--accounts credentials: {KEY} looks like a key of AWS, with which a purchase could be real; "
            "expected one that the emulator alone knows"
        )
    session = plain_session()
    session.set_credentials(key, secret, os.environ.get(TOKEN) or None)
    return session
