import gc
from itertools import count

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis

from tests.akismet_server import AkismetServer
from tests.smtp_sink import SmtpSink

# A test leaves little behind, and looking for it took a tenth of the time.
gc.set_threshold(100_000, 50, 50)

# `make test` tries some examples, .ci/run with --hypothesis-profile=thorough many.
hypothesis.register_profile("quick", max_examples=25, deadline=None)
hypothesis.register_profile("thorough", max_examples=300, deadline=None)
hypothesis.load_profile("quick")


def pytest_configure():
    """No collected files are needed to test; what `make run` collects is tested by the scenes."""
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.STATIC_ROOT = settings.BASE_DIR / "blog" / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items):
    """A test that commits must put back the rows of the migrations. Where one did not, the next
    that does finds rows in its way, and which is next depends on the number of processes."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction") and not mark.kwargs.get("serialized_rollback"):
                raise pytest.UsageError(f"{item.nodeid} commits without serialized_rollback=True")


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """One for each test; `tmp_path` looks through all there are for its number."""
    base = tmp_path_factory.mktemp("own")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_folder(settings, folders):
    folder = next(folders)
    folder.mkdir()
    settings.MEDIA_ROOT = folder / "media"
    settings.WRITE_LOCK = folder / "write.lock"
    settings.ERASURES = folder / "erasures.txt"
    settings.AKISMET_API_KEY = ""


@pytest.fixture(autouse=True)
def empty_process_cache():
    """Each test starts without rows cached from the database of the test before."""
    from blog.cache import versions

    versions._cache.clear()


@pytest.fixture
def akismet(settings):
    """A stand-in for Akismet over real HTTP, which the site is told to ask."""
    with AkismetServer() as server:
        settings.AKISMET_API_KEY = server.key
        settings.AKISMET_SERVER = server.url
        yield server


@pytest.fixture
def mo(client):
    """Signed in as a moderator."""
    from tests.factories import moderator

    client.force_login(moderator())
    return client


@pytest.fixture
def post():
    from tests.factories import make_post

    return make_post()


@pytest.fixture
def known_quota():
    """A sweep does not ask Akismet for it."""
    from tests.factories import know_quota

    know_quota()


@pytest.fixture
def mail_server(settings):
    """Mail is kept in the process."""
    settings.EMAIL_URL = "memory://"


@pytest.fixture
def sink(settings):
    """A mail server over real SMTP."""
    server = SmtpSink().start()
    server.serve(settings)
    yield server
    server.stop()


@pytest.fixture
def flagged(akismet):
    """A comment that Akismet called spam."""
    akismet.verdict = "true"
    return _checked()


@pytest.fixture
def passed(akismet):
    """A comment that Akismet called ham."""
    return _checked()


def _checked():
    from tests.factories import know_quota, make_post, run_tasks, submit_comment

    know_quota()
    comment = submit_comment(make_post())
    run_tasks()
    comment.refresh_from_db()
    return comment
