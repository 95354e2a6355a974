"""A permanent redirect leads to something: whoever is told to remember an address finds it."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.world import World, addresses

pytestmark = pytest.mark.django_db
PERMANENT = (301, 308)
# For several workers.
PARTS = 6


@pytest.fixture
def world(db, own_folder, mail_server):
    return World()


def near(path: str) -> list[str]:
    """What is nearly the path: each part left out or changed, with and without a slash at
    the end."""
    parts = [part for part in path.split("/") if part]
    found = [path.rstrip("/"), f"{path}/", f"{path}nowhere/", f"{path}page/1/", f"{path}page/9/"]
    for place, part in enumerate(parts):
        for other in ([], ["nowhere"], [part.upper()], ["99"]):
            changed = "/".join([*parts[:place], *other, *parts[place + 1 :]])
            found += [f"/{changed}", f"/{changed}/"]
    return list(dict.fromkeys(other for other in found if other.startswith("/")))


def paths(world, part: int) -> list[str]:
    """A part of all that is nearly an address of the site. To log out ends the session."""
    wanted = {
        path for name in addresses() if "logout" not in name for path in near(world.path(name))
    }
    return sorted(wanted)[part::PARTS]


THOROUGH = pytest.param("superuser", marks=pytest.mark.thorough)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("role", ["anonymous", THOROUGH])
def test_no_permanent_redirect_leads_to_nothing(world, role, part):
    client, lost, given = Client(), [], 0
    if role != "anonymous":
        client = world.client(role)
    for path in paths(world, part):
        answer = client.get(path)
        if answer.status_code in PERMANENT:
            given += 1
            there = client.get(urlsplit(answer["Location"]).path)
            if there.status_code in (404, 410, *PERMANENT):
                lost.append((path, answer["Location"], there.status_code))
    assert lost == []
    assert given > 5
