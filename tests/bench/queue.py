"""The moderation queue over 1,000,000 spam, 20,000 pending and 50,000 approved comments, on SQLite
and on PostgreSQL, beside the stock admin's changelist over the same rows.

    python -m tests.bench.queue [--data FOLDER] [--times 100] [--only sqlite|postgresql]

The folder keeps what is generated and both databases for the next run: 10 GB. PostgreSQL is a
cluster of its own there, with its defaults.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.bench import cluster
from tests.site import ROOT

GENERATOR = ROOT.parent / "shared" / "bench" / "gen.py"
SPAM = 1_000_000
LOAD = "from pathlib import Path; from tests.bench.loading import load; load(Path({!r}))"
ENGINES = ("sqlite", "postgresql")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=Path, default=ROOT / "data" / "bench")
    arguments.add_argument("--generator", type=Path, default=GENERATOR)
    arguments.add_argument("--spam", type=int, default=SPAM)
    arguments.add_argument("--times", type=int, default=100)
    arguments.add_argument("--only", choices=ENGINES)
    arguments.add_argument("--here", action="store_true", help="as the environment says")
    asked = arguments.parse_args()
    if asked.here:
        over = measure(asked.times)
        sys.exit(f"over the limit: {', '.join(over)}" if over else 0)
    generate(asked)
    failed = [
        engine for engine in ENGINES if asked.only in (None, engine) and not run(engine, asked)
    ]
    sys.exit(f"not within the limits: {', '.join(failed)}" if failed else 0)


def generate(asked) -> None:
    if (asked.data / "meta.json").is_file() and (asked.data / "comments.jsonl").is_file():
        return
    if not asked.generator.is_file():
        sys.exit(f"There is no {asked.generator}: name the generator, or a folder with its data.")
    command = [sys.executable, asked.generator, asked.data, "--spam", str(asked.spam)]
    subprocess.run(command, check=True)


def run(engine: str, asked) -> bool:
    """In a process of its own, on a database that is kept."""
    environment = os.environ | {
        "DATA_DIR": str(asked.data / engine),
        "AKISMET_API_KEY": "bench",
        "EMAIL_URL": "memory://",
    }
    environment.pop("DATABASE_URL", None)
    if engine == "sqlite":
        return load_and_measure(environment, asked)
    if not cluster.is_installed():
        print("PostgreSQL is not installed here: skipped.")
        return True
    with cluster.running(asked.data / "cluster") as url:
        return load_and_measure(environment | {"DATABASE_URL": url}, asked)


def load_and_measure(environment: dict, asked) -> bool:
    def manage(*command) -> None:
        command = [sys.executable, "manage.py", *command]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)

    loaded = Path(environment["DATA_DIR"]) / "loaded"
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--no-input", "--verbosity", "0")
    if not loaded.exists():
        manage("shell", "--no-imports", "--command", LOAD.format(str(asked.data)))
        loaded.touch()
    command = [sys.executable, "-m", "tests.bench.queue", "--here", "--times", str(asked.times)]
    return not subprocess.run(command, cwd=ROOT, env=environment).returncode


def measure(times: int) -> list[str]:
    """The names of what took too long."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection

    from blog.models import Role
    from tests.bench import queue_decisions, queue_pages
    from tests.bench.measuring import Server, pace, person, table

    if connection.vendor == "postgresql":
        # As autovacuum leaves it: an earlier run's decisions left a million dead rows.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    moderator = Server(person("bench-moderator", Role.MODERATOR))
    print(f"\n{connection.vendor}: pages; {pace()}")
    pages = queue_pages.measure(moderator, times)
    stock = queue_pages.measure_stock(Server(person("bench-root")), max(3, times // 20))
    print(table(pages + stock))
    print(f"\n{connection.vendor}: decisions; {pace()}")
    decisions = queue_decisions.measure(moderator)
    print(f"{table(decisions)}\n{pace()}")
    return [figures.name for figures in pages + decisions if not figures.is_kept]


if __name__ == "__main__":
    main()
