"""The site's shell for tests from outside: a line of JSON in, a line of JSON out, one process."""

import io
import json
import sys
import traceback
from contextlib import redirect_stdout

import django

django.setup()

from django.core.management.commands.shell import Command  # noqa: E402
from django.db import connections  # noqa: E402


def run(code: str) -> dict:
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            exec(code, Command().get_namespace(verbosity=0))  # noqa: S102
    except BaseException:
        return {"error": traceback.format_exc()}
    finally:
        connections.close_all()
    return {"said": said.getvalue()}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
