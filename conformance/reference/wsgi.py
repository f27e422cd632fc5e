"""moto's server application, made fit for requests of every kind and for many calls."""

import re
from typing import TYPE_CHECKING, Any, Final

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from flask import Flask

_SERVICE: Final = "mediaconnect"
_HOST: Final = f"{_SERVICE}.us-east-1.amazonaws.com"
_PATH_PREFIX: Final = "/v1/"  # of all MediaConnect's operations but those on tags
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/,\s]+/[^/,\s]+/([^/,\s]+)/aws4_request")
_ACCOUNT = re.compile(r"[0-9]{12}")


def create_application() -> "WSGIApplication":
    """Create moto's server application: the five operations and every other service of moto."""
    return AccountFromAccessKey(ReservationsDispatcher(_create_service_app))


def _create_service_app(service: Any) -> "Flask":
    app = create_backend_app(service)
    if service == _SERVICE:
        # Otherwise a doubled slash is answered with a redirect, and not by the service.
        app.url_map.merge_slashes = False
    return app


class ReservationsDispatcher(DomainDispatcherApplication):
    """moto's choice of a service for a request, which also copes with credentials that are missing or garbled.

    moto takes an unsigned request for one to S3, and raises where it cannot take an Authorization header apart. Paths
    below `/v1/` (no bucket of S3 has so short a name) lead to MediaConnect here, unless the credential names another
    service of moto's.
    """

    def infer_service_region_host(self, environ: dict[str, Any], path: str) -> str | None:
        """Give the host that the request is for, as moto's table of services knows it."""
        credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if path.startswith(_PATH_PREFIX) and (credential is None or not self._is_another_service(credential[2])):
            return _HOST
        return super().infer_service_region_host(environ, path)

    def get_backend_for_host(self, host: str | None) -> Any:
        """Give the name of moto's service for a host; moto reads its own directory from the disk at every call."""
        return _SERVICE if host == _HOST else super().get_backend_for_host(host)

    def _is_another_service(self, name: str) -> bool:
        url = f"http://{name.lower()}.us-east-1.amazonaws.com"
        return name != _SERVICE and any(pattern.match(url) for _, pattern in self.backend_url_patterns)


class AccountFromAccessKey:
    """WSGI middleware for the control API's contract: a 12-digit access key id names the account of a call.

    moto knows the header `x-moto-account-id`, which goes first. Calls to other services of moto are left alone.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: Any) -> Any:
        """Hand the request on, with the account in moto's own header, and the target under the name that moto reads."""
        environ.setdefault("RAW_URI", environ.get("REQUEST_URI", ""))
        if "HTTP_X_MOTO_ACCOUNT_ID" not in environ:
            credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
            if credential is not None and credential[2] == _SERVICE and _ACCOUNT.fullmatch(credential[1]):
                environ["HTTP_X_MOTO_ACCOUNT_ID"] = credential[1]
        return self._application(environ, start_response)
