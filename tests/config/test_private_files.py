"""What the site keeps is for its own account alone, from the first moment."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site import ROOT

START = """
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from comments.models.erasure import _write
from django.utils import timezone
from blog.transactions import writing
with writing(), connection.cursor() as cursor:
    cursor.execute("CREATE TABLE a (b)")
default_storage.save("2026/tram.jpg", ContentFile(b"tram"))
call_command("collectstatic", interactive=False, verbosity=0)
_write({"0" * 64: timezone.now()})
assert {"-wal", "-shm"} <= {p.name[-4:] for p in django.conf.settings.DATA_DIR.iterdir()}
modes = {str(p): p.lstat().st_mode & 0o777 for p in django.conf.settings.DATA_DIR.rglob("*")}
assert not [(p, oct(mode)) for p, mode in modes.items() if mode & 0o077]
"""


def start(folder: Path, code: str = START, **settings) -> None:
    """As an account whose files everybody may read."""
    environment = {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"} | settings
    done = subprocess.run(
        [sys.executable, "-c", f"import os; os.umask(0o022)\n{code}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def modes(folder: Path) -> dict[str, int]:
    found = {path.name: mode(path) for path in folder.rglob("*")}
    return found | {".": mode(folder)}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder: Path) -> dict[str, str]:
    return {name: oct(found) for name, found in modes(folder).items() if found & 0o077}


def test_nobody_else_reads_what_a_new_site_keeps(tmp_path):
    """Also while it runs, when SQLite has files of its own."""
    folder = tmp_path / "srv" / "data"
    start(folder)
    assert {"broadside.sqlite3", "write.lock", "secret", "erasures.txt"} <= modes(folder).keys()
    assert {"tram.jpg", "media", "static", "staticfiles.json"} <= modes(folder).keys()
    assert open_to_others(folder) == {}
    assert mode(folder) == 0o700 and mode(folder / "secret") == 0o600


def test_an_old_site_is_closed_when_it_starts(tmp_path):
    folder = tmp_path / "data"
    start(folder, START.replace("assert", "0 and"))
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o755 if path.is_dir() else 0o644)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not ours")
    elsewhere.chmod(0o644)
    (folder / "link").symlink_to(elsewhere)
    start(folder, "import django; django.setup()")
    (folder / "link").unlink()
    assert open_to_others(folder) == {} and mode(elsewhere) == 0o644


def test_a_database_elsewhere_is_closed_too(tmp_path):
    file = tmp_path / "site.sqlite3"
    file.touch(mode=0o644)
    file.chmod(0o644)
    start(tmp_path / "data", "import django; django.setup()", DATABASE_URL=f"sqlite://{file}")
    assert mode(file) == 0o600


def test_a_proxy_reads_pictures_that_are_kept_elsewhere(tmp_path):
    media = tmp_path / "srv" / "media"
    start(tmp_path / "data", MEDIA_STORE=str(media))
    assert modes(media) == {".": 0o755, "2026": 0o755, "tram.jpg": 0o644}
    assert mode(tmp_path / "srv") == 0o755
    assert open_to_others(tmp_path / "data") == {}


@pytest.mark.parametrize("folder", ["/", "/tmp"])
def test_a_folder_of_everybody_is_not_taken(folder):
    before = os.stat(folder).st_mode
    with pytest.raises(AssertionError, match="must be a folder for Broadside alone"):
        start(Path(folder), "import django; django.setup()")
    assert os.stat(folder).st_mode == before
