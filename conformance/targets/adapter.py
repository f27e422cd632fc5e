"""What an adapter is written with: everything that it imports, and `respond`, which makes its answers.

```python
from conformance.targets.adapter import Capability, Request, Response, Target, respond
```
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.awsrequest import AWSPreparedRequest as Request
from botocore.awsrequest import AWSResponse as Response
from botocore.compat import HTTPHeaders

from conformance.targets.base import Account, Target, TargetError
from conformance.targets.capabilities import Capability
from conformance.targets.content import Content

__all__ = ["Account", "Capability", "Request", "Response", "Target", "TargetError", "respond"]


def respond(request: Request, status: int, headers: Mapping[str, str], body: object) -> Response:
    """The answer to a request: `body` is bytes or a text as it stands, or else a value that is written as JSON."""
    if isinstance(body, bytes):
        content = body
    elif isinstance(body, str):
        content = body.encode()
    else:
        content = json.dumps(body).encode()
    given = {"Content-Length": str(len(content)), **headers}
    if not isinstance(body, bytes | str):
        given = {"Content-Type": "application/json", **given}
    return Response(request.url, status, HTTPHeaders.from_dict(given), Content(content))
