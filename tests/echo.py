"""The server's bridge before a WSGI application that tells what it was given.

Files and the login go to Django. Time for a body passes 40 times as fast.
"""

import json
import time

from config.server import body
from config.server.bridge import Bridge, make_application

body.FIRST_SECONDS, body.BYTES_PER_SECOND = 0.5, 40 * 4096

django = make_application().app


def echo(environ, start_response):
    from comments.submit import origin  # only once Django is set up

    if environ["PATH_INFO"].startswith(("/static/", "/media/", "/login/")):
        return django(environ, start_response)
    waited = time.monotonic() - environ["broadside.arrived"]
    if environ["PATH_INFO"] == "/wait/":
        time.sleep(0.5)
    data = environ["wsgi.input"].read()
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    told |= {
        "body": data[:100].decode("latin-1"),
        "bytes": len(data),
        "client_ip": origin.client_ip(environ),
        "scheme": origin.scheme(environ),
        "waited": waited,
    }
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer]


def make_echo() -> Bridge:
    return Bridge(echo)
