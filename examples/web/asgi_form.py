"""An ASGI app whose form only takes visits that musculus lets in. Run it with: uvicorn asgi_form:app"""

import os
from typing import Any

from musculus.serve.middleware import Musculus


async def shop(scope: Any, receive: Any, send: Any) -> None:
    """Say what was found out about the visit."""
    visit = scope.get("musculus")
    body = f"thank you, {visit.verdict or 'whoever you are'}" if visit else "a page"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body.encode()})


app = Musculus(
    shop,
    server=os.environ.get("MUSCULUS_SERVER", "http://127.0.0.1:8765"),
    secret=os.environ.get("MUSCULUS_SECRET", ""),
    paths=["/order"],  # pages stay open; what is sent to /order needs a token
)
