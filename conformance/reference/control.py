"""The test control API, version 1: a test sets an account's time and offerings, and makes the account as new.

| request                                                        | answer                                          |
|----------------------------------------------------------------|-------------------------------------------------|
| `GET /_control/capabilities`                                   | 200, what is offered                            |
| `PUT /_control/accounts/{id}/clock` `{"now": INSTANT}`         | 204, the account's time stands at that instant  |
| `DELETE /_control/accounts/{id}/clock`                         | 204, the account is back at the real time       |
| `PUT /_control/accounts/{id}/offerings` `{"region", "offerings"}` | 200, the offerings in full wire form         |
| `POST /_control/accounts/{id}/reset`                           | 204, the account is as new                      |

Accounts are named by 12 digits, instants are UTC and written `YYYY-MM-DDTHH:mm:SSZ`. What makes no sense is answered
400, an unknown path 404, and a method that a path does not have 405, each with `{"message": ...}`.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Request, Response

from conformance.reference.instants import parse_instant
from conformance.reference.models import clear_clock, define_offerings, forget, require_account, set_clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL_PATH: Final = "/_control"

CAPABILITIES: Final = {"version": 1, "clock": True, "offerings": True, "reset": True}

_ACCOUNT_PATH = re.compile(r"/accounts/([^/]*)/(clock|offerings|reset)")


class ControlApi:
    """WSGI middleware that answers below `/_control` itself and leaves every other path to the application."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a control request, or hand the request on."""
        path: str = environ.get("PATH_INFO", "")
        if path == CONTROL_PATH or path.startswith(CONTROL_PATH + "/"):
            return _answer(Request(environ), path.removeprefix(CONTROL_PATH))(environ, start_response)
        return self._application(environ, start_response)


def _answer(request: Request, path: str) -> Response:
    if path == "/capabilities":
        return _json(200, CAPABILITIES) if request.method == "GET" else _method_not_allowed(["GET"])
    parts = _ACCOUNT_PATH.fullmatch(path)
    if parts is None:
        return _json(404, {"message": "the control API has no such path"})
    account_id, resource = parts.groups()
    handlers = _HANDLERS[resource]
    handler = handlers.get(request.method)
    if handler is None:
        return _method_not_allowed(list(handlers))
    try:
        require_account(account_id)
        return handler(account_id, request)
    except ValueError as error:
        return _json(400, {"message": str(error)})


def _put_clock(account_id: str, request: Request) -> Response:
    now = _members(request, {"now"})["now"]
    if not isinstance(now, str):
        raise ValueError("now must be a string")
    try:
        instant = parse_instant(now)
    except ValueError as error:
        raise ValueError(f"now is not valid: {error}") from None
    set_clock(account_id, instant)
    return Response(status=204)


def _delete_clock(account_id: str, _request: Request) -> Response:
    clear_clock(account_id)
    return Response(status=204)


def _put_offerings(account_id: str, request: Request) -> Response:
    members = _members(request, {"region", "offerings"})
    region, offerings = members["region"], members["offerings"]
    if not isinstance(region, str):
        raise ValueError("region must be a string")
    if not isinstance(offerings, list) or not all(isinstance(offering, dict) for offering in offerings):
        raise ValueError("offerings must be a list of objects")
    return _json(200, {"offerings": define_offerings(account_id, region, offerings)})


def _post_reset(account_id: str, _request: Request) -> Response:
    forget(account_id)
    return Response(status=204)


_HANDLERS: Final[Mapping[str, Mapping[str, Callable[[str, Request], Response]]]] = {
    "clock": {"PUT": _put_clock, "DELETE": _delete_clock},
    "offerings": {"PUT": _put_offerings},
    "reset": {"POST": _post_reset},
}


def _members(request: Request, expected: set[str]) -> dict[str, Any]:
    try:
        members = json.loads(request.get_data(parse_form_data=False).decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(members, dict) or set(members) != expected:
        raise ValueError(f"the body must be a JSON object of {' and '.join(sorted(expected))}")
    return members


def _method_not_allowed(allowed: list[str]) -> Response:
    response = _json(405, {"message": f"the control API has only {' and '.join(allowed)} here"})
    response.headers["Allow"] = ", ".join(allowed)
    return response


def _json(status: int, members: Mapping[str, Any]) -> Response:
    return Response(json.dumps(members), status, content_type="application/json")
