"""What is served of the folders of static files and of pictures."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config import run

pytestmark = pytest.mark.django_db


def test_the_mark_of_collected_files_is_not_among_them(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / ".collected").write_text("of a version before")
    run.collect_static()
    assert [p for p in settings.STATIC_ROOT.rglob("*") if p.name.startswith(".")] == []
    mark = tmp_path / "static.collected"
    assert mark.exists()
    icon = settings.STATIC_ROOT / "blog" / "icon.svg"
    icon.unlink()
    run.collect_static()
    assert not icon.exists()
    mark.write_text("another")
    run.collect_static()
    assert icon.exists()


def test_files_are_collected_again_when_their_folder_is_gone(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    run.collect_static()
    settings.STATIC_ROOT.rename(tmp_path / "elsewhere")
    run.collect_static()
    assert (settings.STATIC_ROOT / "blog" / "icon.svg").exists()


@pytest.mark.parametrize("name", [".collected", "%2ecollected", ".git/config", "blog/.env"])
def test_no_hidden_file_is_served_with_the_static_files(client, settings, tmp_path, name):
    settings.STATIC_ROOT, settings.DEBUG = Path(tmp_path), False
    for hidden in (".collected", ".git/config", "blog/.env"):
        (tmp_path / hidden).parent.mkdir(exist_ok=True)
        (tmp_path / hidden).write_text("secret")
    assert client.get(f"/static/{name}").status_code == 404


def test_no_hidden_file_is_served_with_the_pictures(client):
    default_storage.save("tram.jpg", ContentFile(b"x"))
    default_storage.save(".tram.jpg", ContentFile(b"x"))
    assert client.get("/media/tram.jpg").status_code == 200
    assert client.get("/media/.tram.jpg").status_code == 404
