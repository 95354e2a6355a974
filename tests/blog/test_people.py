"""Signing in, a forgotten password, and inviting the people who write."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.cache import versions
from blog.models import Attempt, Role, Site, Tag, User
from blog.transactions import writing
from tests.factories import make_user, run_tasks
from tests.pages import html

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
NEW = "quite another long secret"


def sign_in(username, password=PASSWORD):
    client = Client()
    client.post("/login/", {"username": username, "password": password})
    return client


def landing(user, **fields) -> str:
    data = {"username": user.username, "password": PASSWORD} | fields
    answer = Client().post("/login/", data, follow=True)
    return answer.request["PATH_INFO"]


def invite(**fields):
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR))
    fields = {"display_name": "Ida Weir", "email": "ida@example.org", "role": "Author"} | fields
    return client.post(reverse("admin:blog_user_add"), fields, follow=True)


def link_of_mail() -> str:
    """The path of the link in the last mail, as a reader clicks on it."""
    run_tasks()
    return "/" + re.search(r"https?://[^/]+/(\S+)", mail.outbox[-1].body)[1]


def choose_password(link, password=NEW):
    client = Client()
    form = client.get(link, follow=True)
    data = {"new_password1": password, "new_password2": password}
    return client.post(form.request["PATH_INFO"], data, follow=True)


def can_sign_in(username, password) -> bool:
    return Client().login(username=username, password=password)


def test_the_roles_are_there_after_migrating():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


# Signing in.


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.MODERATOR, "/moderation/"),
        (Role.EDITOR, "/admin/"),
        (Role.AUTHOR, "/admin/"),
        (None, "/"),
    ],
)
def test_everybody_lands_where_their_work_is(role, place):
    assert landing(make_user(role)) == place


def test_the_admin_sends_to_the_one_login_and_back():
    answer = Client().get("/admin/blog/post/", follow=True)
    assert answer.request["PATH_INFO"] == "/login/"
    assert answer.request["QUERY_STRING"] == "next=%2Fadmin%2Fblog%2Fpost%2F"
    assert landing(make_user(Role.EDITOR), next="/admin/blog/post/") == "/admin/blog/post/"


def test_nobody_is_sent_to_a_foreign_site_after_signing_in():
    assert landing(make_user(Role.EDITOR), next="https://evil.example/") == "/admin/"


def test_a_reader_with_an_account_does_not_go_round_in_circles_at_the_admin():
    client = Client()
    client.force_login(make_user())
    assert client.get("/admin/", follow=True).request["PATH_INFO"] == "/"


def test_who_left_does_not_sign_in():
    user = make_user(Role.EDITOR, is_active=False)
    assert landing(user) == "/login/"


# A forgotten password.


def ask_for_reset(email, client=None, **extra):
    return (client or Client()).post("/password/reset/", {"email": email}, follow=True, **extra)


def test_the_mail_leaves_with_the_worker_and_not_before(mail_server):
    user = make_user(Role.AUTHOR)
    ask_for_reset(user.email)
    assert mail.outbox == []
    run_tasks()
    assert mail.outbox[0].to == [user.email]


def work_of_reset(email, **address) -> list[str]:
    """The statements of a request, without what they are about."""
    with CaptureQueriesContext(connection) as queries:
        assert ask_for_reset(email, **address).status_code == 200
    return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]


def test_an_unknown_address_gets_the_same_answer_and_no_mail(mail_server):
    known, unknown = ask_for_reset(make_user().email), ask_for_reset("nobody@example.org")
    assert known.content == unknown.content
    assert known.redirect_chain == unknown.redirect_chain
    run_tasks()
    assert len(mail.outbox) == 1


def test_the_same_is_done_for_known_and_unknown_addresses(mail_server):
    known, gone = make_user(), make_user(is_active=False)
    work_of_reset("first@example.org")  # what the process keeps is read
    done = {email: work_of_reset(email) for email in (known.email, gone.email, "x@example.org")}
    assert len(set(map(tuple, done.values()))) == 1
    assert run_tasks() == 4
    assert [message.to for message in mail.outbox] == [[known.email]]


def test_one_mail_an_hour_goes_to_an_address(mail_server):
    user = make_user()
    for email in (user.email, user.email.upper(), f" {user.email}"):
        assert "Look into your mail" in ask_for_reset(email).content.decode()
    assert (run_tasks(), len(mail.outbox)) == (1, 1)
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=61))
    ask_for_reset(user.email)
    assert (run_tasks(), len(mail.outbox)) == (1, 2)


def test_a_network_that_asks_for_many_addresses_is_told_to_wait(mail_server):
    for number in range(20):
        ask_for_reset(f"person{number}@example.net")
    answer = ask_for_reset("one.more@example.net")
    assert answer.status_code == 429 and 1 < int(answer["Retry-After"]) <= 15
    assert f"You can try again in {answer['Retry-After']} seconds." in answer.content.decode()
    assert "one.more@example.net" in answer.content.decode()
    assert ask_for_reset("other@example.net", REMOTE_ADDR="198.51.100.1").status_code == 200


def test_a_site_that_sends_no_mail_promises_none_and_says_who_can_help(settings):
    settings.EMAIL_URL = ""
    page = Client().get("/password/reset/").content.decode()
    assert "Ask an administrator of this site" in page and "docs/people.md" in page
    assert 'method="post"' not in page and "We will send" not in page
    answer = ask_for_reset(make_user().email)
    assert "Ask an administrator of this site" in answer.content.decode()
    assert run_tasks() == 0
    sent = Client().get("/password/reset/sent/", follow=True)
    assert "on its way" not in sent.content.decode()


def test_a_site_that_sends_mail_says_so(mail_server):
    page = Client().get("/password/reset/").content.decode()
    assert "We will send a link" in page and "administrator" not in page


def test_an_owner_gets_back_in_by_the_shell(capsys):
    owner = make_user(is_superuser=True, is_staff=True)
    call_command("password_link", owner.username.upper())
    choose_password(urlsplit(capsys.readouterr().out.strip()).path)
    assert can_sign_in(owner.username, NEW)


def test_a_link_for_nobody_names_the_owners():
    owner = make_user(is_superuser=True)
    with pytest.raises(CommandError, match=owner.username):
        call_command("password_link", "nobody")


def test_the_guide_names_a_command_that_exists():
    guide = (settings.BASE_DIR / "docs" / "people.md").read_text()
    assert "manage.py password_link admin" in guide


def test_the_link_of_the_mail_sets_a_password_once(mail_server):
    user = make_user(Role.AUTHOR)
    ask_for_reset(user.email)
    link = link_of_mail()
    choose_password(link)
    assert can_sign_in(user.username, NEW)
    choose_password(link, "a third long secret")
    assert can_sign_in(user.username, NEW)


def test_the_link_leads_to_the_site_whatever_host_was_asked(settings, mail_server):
    settings.SITE_URL = "https://broadside.example"
    ask_for_reset(make_user().email, headers={"Host": "localhost"})
    run_tasks()
    assert "https://broadside.example/password/" in mail.outbox[0].body


def test_who_left_gets_no_link(mail_server):
    ask_for_reset(make_user(is_active=False).email)
    run_tasks()
    assert mail.outbox == []


# Inviting.


def test_an_invitation_makes_the_account_with_its_role():
    invite(role="Contributor")
    user = User.objects.get(email="ida@example.org")
    assert user.role_names == {"Contributor"}
    assert (user.is_staff, user.is_superuser) == (True, False)


def test_the_invited_choose_a_password_and_sign_in():
    invite()
    choose_password(link_of_mail())
    assert mail.outbox[0].to == ["ida@example.org"]
    client = sign_in("ida@example.org", NEW)
    assert client.get("/admin/").status_code == 200


def test_nobody_knows_a_password_before_that():
    invite()
    assert not can_sign_in("ida@example.org", "")
    assert User.objects.get(email="ida@example.org").has_usable_password()


def test_without_a_mail_server_the_administrator_reads_the_link(settings):
    settings.EMAIL_URL = ""
    page = invite().content.decode()
    assert "a mail goes to" not in page
    link = re.search(r"http://[^/]+(/password/[\w/-]+)", page)[1]
    choose_password(link)
    assert can_sign_in("ida@example.org", NEW)


def test_the_page_of_invitations_promises_a_mail_only_where_one_is_sent(settings):
    page = reverse("admin:blog_user_add")
    settings.EMAIL_URL = ""
    assert "gets a mail" not in administrator().get(page).content.decode()
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert "gets a mail" in administrator().get(page).content.decode()


def test_with_a_mail_server_the_link_is_only_in_the_mail(settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert not re.search(r"http://\S+/password/", invite().content.decode())


def test_the_invitation_can_be_sent_again():
    user, client = make_user(Role.AUTHOR), Client()
    client.force_login(make_user(Role.ADMINISTRATOR))
    data = {"action": "invite_again", "_selected_action": [user.pk]}
    client.post(reverse("admin:blog_user_changelist"), data)
    run_tasks()
    assert mail.outbox[0].to == [user.email]


@pytest.mark.parametrize("email", ["ida@example.org", "IDA@Example.ORG"])
def test_an_address_is_invited_once_whatever_its_case(email):
    invite()
    answer = invite(email=email)
    assert "email" in answer.context["adminform"].form.errors
    assert User.objects.filter(email__iexact=email).count() == 1


def test_the_public_address_of_a_person_is_never_the_login():
    invite(display_name="Ida Weir", email="weir.ida@example.org")
    user = User.objects.get(email="weir.ida@example.org")
    assert user.slug == "ida-weir"
    assert User.objects.create_user("secretlogin").slug == "author"


def test_two_people_of_one_name_have_two_addresses():
    invite()
    invite(email="other@example.org")
    assert set(User.objects.filter(display_name="Ida Weir").values_list("slug", flat=True)) == {
        "ida-weir",
        "ida-weir-2",
    }


@pytest.mark.parametrize("email", ["a@example.org\nBcc: b@example.org", "a@x.org,b@x.org", ""])
def test_an_address_that_is_none_is_refused(email):
    people = User.objects.count()
    assert "email" in invite(email=email).context["adminform"].form.errors
    assert User.objects.count() == people + 1  # the Administrator


def test_no_name_writes_a_header_of_the_mail():
    with writing() as scopes:
        Site.objects.create(pk=1, name="Broadside\r\nBcc: evil@example.org")
        scopes.add(versions.SITE)
    invite(display_name="Ida\r\nBcc: evil@example.org")
    run_tasks()
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == ["ida@example.org"]
    assert "\n" not in mail.outbox[0].subject


def test_names_are_escaped_in_the_html_of_the_mail():
    invite(display_name="<b>Ida</b> & Co")
    run_tasks()
    html = mail.outbox[0].alternatives[0][0]
    assert "&lt;b&gt;Ida&lt;/b&gt; &amp; Co" in html
    assert "<b>Ida</b> & Co" in mail.outbox[0].body


# What an Administrator cannot do.


def administrator() -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


def test_the_owner_of_the_machine_is_out_of_an_administrators_reach():
    owner = make_user(is_superuser=True, is_staff=True)
    client = administrator()
    page = reverse("admin:blog_user_change", args=[owner.pk])
    password = reverse("admin:auth_user_password_change", args=[owner.pk])
    assert client.get(page).headers["Location"] == "/admin/"
    assert client.get(password).status_code == 404


def test_no_administrator_makes_a_superuser():
    user = make_user(Role.AUTHOR)
    data = {"display_name": user.display_name, "email": user.email, "slug": user.slug}
    data |= {"username": user.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    data |= {"groups": [group.pk for group in user.groups.all()]}
    administrator().post(reverse("admin:blog_user_change", args=[user.pk]), data)
    user.refresh_from_db()
    assert not user.is_superuser


def test_taking_away_active_ends_what_is_open():
    user, client = make_user(Role.EDITOR), Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def change(person, **fields):
    said = {"display_name": "Ida Weir", "email": person.email, "username": person.username}
    page = reverse("admin:blog_user_change", args=[person.pk])
    return administrator().post(page, said | {"is_active": "on"} | fields)


def test_own_pages_elsewhere_are_kept_one_a_line():
    person = make_user(Role.AUTHOR)
    assert change(person, links="https://example.net/@ida\n\nhttp://ida.example").status_code == 302
    person.refresh_from_db()
    assert person.elsewhere == ["https://example.net/@ida", "http://ida.example"]


@pytest.mark.parametrize(
    "line", ["javascript:alert(1)", "@ida", "ftp://ida.example", "//x.example"]
)
def test_what_is_no_address_of_a_page_elsewhere_is_named(line):
    answer = change(make_user(Role.AUTHOR), links=f"https://example.net/@ida\n{line}", bio="Late.")
    form = answer.context["adminform"].form
    words = f"“{line}” is not a web address: it begins with https:// or http://"
    assert form.errors == {"links": [words]}
    assert "Late." in answer.content.decode()


def test_a_name_that_nobody_would_see_is_refused():
    person = make_user()
    person.display_name = "\u200e\u3164"
    with pytest.raises(ValidationError, match="characters that can be seen"):
        person.full_clean()
    with pytest.raises(ValidationError, match="characters that can be seen"):
        Tag(name="\u2800").full_clean()


# Roles.


def roles_of(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def test_a_role_is_given_in_one_field_and_says_what_it_may_do():
    person = make_user(Role.AUTHOR)
    page = administrator().get(reverse("admin:blog_user_change", args=[person.pk]))
    boxes = re.findall(r'<input type="checkbox" name="groups"[^>]*>\s*([^<]+)<', html(page))
    assert [box.partition(":")[0] for box in boxes] == Role.labels
    assert "is_staff" not in html(page)


def test_whoever_has_a_role_may_open_the_admin_and_nobody_else():
    person = make_user(Role.AUTHOR)
    assert change(person, groups=roles_of("Author", "Moderator")).status_code == 302
    person.refresh_from_db()
    assert person.is_staff
    assert set(person.groups.values_list("name", flat=True)) == {"Author", "Moderator"}
    assert change(person, groups=[]).status_code == 302
    person.refresh_from_db()
    assert not person.is_staff and not person.groups.exists()


def test_an_owner_without_a_role_stays_in():
    owner = make_user(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(owner)
    said = {"display_name": "Ann Owner", "email": owner.email, "username": owner.username}
    page = reverse("admin:blog_user_change", args=[owner.pk])
    assert client.post(page, said | {"is_active": "on"}).status_code == 302
    owner.refresh_from_db()
    assert (owner.is_staff, owner.display_name) == (True, "Ann Owner")


def test_a_group_that_is_no_role_is_refused():
    other = Group.objects.create(name="Others")
    person = make_user(Role.AUTHOR)
    for sent in (other.pk, "9" * 30, "x", "-1"):
        assert change(person, groups=[sent]).status_code == 200, sent
