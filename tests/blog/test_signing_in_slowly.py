"""Guessing passwords gets slow, and nobody is locked out for good by somebody else's guesses."""

from datetime import timedelta
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from blog import mail
from blog.models import Attempt, Role
from blog.models.attempt import LONGEST_WAIT, Scope, seconds_left
from comments.worker import sweep
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
SCOPE = Scope("account", "ana", free=5)


@pytest.fixture
def ana():
    return make_user(Role.EDITOR)


def sign_in(user, password=PASSWORD, *, client=None, ip="203.0.113.7"):
    data = {"username": user.username, "password": password}
    return (client or Client()).post("/login/", data, REMOTE_ADDR=ip)


def guess(user, times: int, *, client=None, networks: int = 100) -> list[int]:
    """From one network after the other."""
    addresses = [f"198.51.{n % networks}.9" for n in range(times)]
    return [sign_in(user, "wrong", client=client, ip=ip).status_code for ip in addresses]


def assert_to_wait(answer):
    """In words too; a slow machine waits with it."""
    seconds = int(answer["Retry-After"])
    assert answer.status_code == 429 and 1 < seconds <= 15
    words = f"Too many tries. You can try again in {seconds} seconds."
    assert words in answer.content.decode()


def hours_later(hours: float = 1.01):
    for attempt in Attempt.objects.all():
        attempt.at -= timedelta(hours=hours)
        attempt.save()


def test_25_wrong_passwords_and_then_the_right_one_do_not_sign_in(ana):
    assert guess(ana, 25) == [200] * 5 + [429] * 20
    answer = sign_in(ana)
    assert_to_wait(answer)
    assert f'value="{ana.username}"' in answer.content.decode()


def test_names_that_nobody_has_are_slowed_down_alike(ana):
    ana.username = "nobody"
    assert guess(ana, 7) == [200] * 5 + [429] * 2


def test_a_name_in_other_letters_is_the_same_account(ana):
    guess(ana, 5)
    ana.username = f" {ana.username.upper()}"
    assert sign_in(ana, "wrong").status_code == 429


def test_one_network_that_tries_many_accounts_is_slowed_down(ana):
    for number in range(20):
        ana.username = f"name{number}"
        assert sign_in(ana, "wrong").status_code == 200
    assert sign_in(make_user(Role.EDITOR)).status_code == 429
    assert sign_in(make_user(Role.EDITOR), ip="198.51.100.1").status_code == 302


def test_all_whose_address_is_unknown_are_one_network(ana):
    for number in range(21):
        ana.username = f"name{number}"
        data = {"username": ana.username, "password": "wrong"}
        headers = {"X-Forwarded-For": f"198.51.{number}.1"}
        answer = Client().post("/login/", data, headers=headers, REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 429


def test_an_owner_signs_in_from_the_own_browser_while_others_guess(ana):
    client = Client()
    assert sign_in(ana, client=client).status_code == 302
    client.post("/logout/")
    guess(ana, 30, networks=1)
    assert sign_in(ana, client=client, ip="198.51.0.9").status_code == 302


def test_a_browser_that_is_known_is_slowed_down_by_its_own_mistakes(ana):
    client = Client()
    sign_in(ana, client=client)
    client.post("/logout/")
    assert guess(ana, 12, client=client) == [200] * 10 + [429] * 2


def test_the_cookie_of_one_account_is_none_of_another(ana):
    client = Client()
    sign_in(make_user(Role.EDITOR), client=client)
    client.post("/logout/")
    assert guess(ana, 6, client=client)[-1] == 429


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "\x01", "9" * 3000])
def test_a_forged_cookie_is_no_known_browser(ana, value):
    client = Client()
    client.cookies["browser"] = value
    assert guess(ana, 6, client=client)[-1] == 429


def test_who_chose_a_password_by_a_link_signs_in_at_once(ana):
    guess(ana, 30)
    client = Client()
    form = client.get(urlsplit(mail.password_link(ana)).path)
    new = {"new_password1": "quite another secret", "new_password2": "quite another secret"}
    client.post(form["Location"], new)
    assert sign_in(ana, "quite another secret", client=client).status_code == 302


def test_the_wait_ends_and_the_right_password_ends_all_waits(ana):
    guess(ana, 8)
    Attempt.objects.update(at=timezone.now() - timedelta(seconds=16))
    assert sign_in(ana).status_code == 302
    assert guess(ana, 5) == [200] * 5


def test_signing_in_rightly_is_never_slowed_down(ana):
    assert {sign_in(ana).status_code for _n in range(30)} == {302}
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    ("count", "seconds"), [(4, 0), (5, 15), (6, 30), (7, 60), (8, 120), (9, 240), (10, 300)]
)
def test_each_wait_is_twice_as_long_up_to_five_minutes(count, seconds):
    now = timezone.now()
    assert seconds_left(SCOPE, count, now, now) == seconds
    assert seconds_left(SCOPE, count, now - timedelta(seconds=seconds), now) == 0


def test_however_many_failed_and_whatever_the_clock_said_nobody_waits_longer():
    now = timezone.now()
    for last in (now, now + timedelta(days=400)):
        assert seconds_left(SCOPE, 10**6, last, now) == LONGEST_WAIT


def test_the_sweep_forgets_attempts_after_an_hour(ana, monkeypatch):
    guess(ana, 3)
    hours_later()
    sign_in(ana, "wrong")
    monkeypatch.setattr(sweep, "_rests_until", {})
    sweep.sweep()
    assert Attempt.objects.count() == 2


def test_no_name_and_no_address_is_kept(ana):
    guess(ana, 1)
    kept = str(list(Attempt.objects.values()))
    assert ana.username not in kept and "198.51" not in kept


def test_the_admins_own_login_is_no_second_door(ana):
    client, data = Client(), {"username": ana.username, "password": PASSWORD}
    assert client.post("/admin/login/", data)["Location"] == "/login/"
    client.post("/admin/", data)
    assert "sessionid" not in client.cookies


def test_the_old_password_is_not_guessed_in_a_browser_left_open(ana):
    client = Client()
    client.force_login(ana)
    new = {"new_password1": "quite another secret", "new_password2": "quite another secret"}
    tries = [{"old_password": old, **new} for old in ["wrong"] * 6 + [PASSWORD]]
    answers = [client.post("/admin/password_change/", fields) for fields in tries]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert_to_wait(answers[-1])
    Attempt.objects.all().delete()
    assert client.post("/admin/password_change/", tries[-1]).status_code == 302


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_guesses_at_once_are_counted_one_by_one(ana):
    codes = []

    def one():
        codes.append(sign_in(ana, "wrong").status_code)
        connection.close()

    threads = [Thread(target=one) for _n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] * 5 + [429] * 11
