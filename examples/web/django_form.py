"""A Django view that only takes forms of visits that musculus lets in: `path("order", django_form.order_view)`.

The page's script puts `await musculus.token()` into the field `token` before it sends the form.
"""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from musculus.serve.middleware import verify

SERVER = os.environ.get("MUSCULUS_SERVER", "http://127.0.0.1:8765")
SECRET = os.environ.get("MUSCULUS_SECRET", "")


def only_people(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view: what is posted without a token, or by a bot, gets 403."""

    @wraps(view)
    def checked(request: Any, *args: Any, **more: Any) -> Any:
        if request.method == "POST":
            token = request.POST.get("token", "")
            if not token or not verify(SERVER, SECRET, token).allow:
                from django.http import HttpResponseForbidden

                return HttpResponseForbidden("Please load the page again and send it once more.")
        return view(request, *args, **more)

    return checked


@only_people
def order_view(request: Any) -> Any:
    """Take the order."""
    from django.http import HttpResponse

    return HttpResponse("Thank you.")
