"""Converts an ASGI scope to the `environ` of WSGI."""

import sys
from urllib.parse import unquote_to_bytes


def joined_headers(scope: dict) -> dict[str, str]:
    """Return the headers by lower-case name; a header sent twice is joined to one list.

    Names with an underscore are dropped: in `environ` they look like those with a hyphen, and
    `X_Forwarded_For` would be believed.
    """
    found = {}
    for name, value in scope["headers"]:
        if b"_" in name:
            continue
        name, value = name.decode("latin-1").lower(), value.decode("latin-1")
        separator = "; " if name == "cookie" else ", "
        found[name] = found[name] + separator + value if name in found else value
    return found


def environ_of(scope: dict, headers: dict[str, str], body, length: int | None) -> dict:
    client, port = scope.get("client") or ("", "")
    server, server_port = scope.get("server") or ("localhost", "80")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(server_port),
        # granian reports HTTP/1.0 as "1".
        "SERVER_PROTOCOL": "HTTP/" + {"1": "1.0"}.get(version := scope["http_version"], version),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    # The whole body has been read, so its length is known.
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = "" if length is None else str(length)
    return environ
