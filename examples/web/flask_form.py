"""A Flask app whose form only takes visits that musculus lets in. Run it with: flask --app flask_form run"""

import os

from musculus.serve.middleware import verify

SERVER = os.environ.get("MUSCULUS_SERVER", "http://127.0.0.1:8765")
SECRET = os.environ.get("MUSCULUS_SECRET", "")
FORM = """<script async src="{server}/musculus.js" data-site="demo"></script>
<form method="post"><input name="token" type="hidden"><button>Order</button></form>
<script>document.forms[0].onsubmit = async (e) => {{
  e.preventDefault(); e.target.token.value = await musculus.token(); e.target.submit();
}};</script>"""


def order(form: dict[str, str]) -> tuple[str, int]:
    """What to answer to a form."""
    token = form.get("token", "")
    if not token or not verify(SERVER, SECRET, token).allow:
        return "Please load the page again and send it once more.", 403
    return "Thank you.", 200


def create_app():  # type: ignore[no-untyped-def]  # Flask is not everybody's
    """The app."""
    from flask import Flask, request

    app = Flask(__name__)
    app.get("/")(lambda: FORM.format(server=SERVER))
    app.post("/", endpoint="order")(lambda: order(request.form.to_dict()))
    return app
