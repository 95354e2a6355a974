import os
from pathlib import Path
from urllib.parse import urlsplit

from config import env, mail

# Files that the site writes are readable by its own account only.
os.umask(0o077)

VERSION = "0.1.0"
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.private_folder("DATA_DIR", BASE_DIR / "data")

SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret")
DEBUG = env.flag("DEBUG", False)

# The site's public address, for links in mails and feeds and for Akismet.
SITE_URL = env.site_url(f"http://127.0.0.1:{env.port('PORT', 8000)}")
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [*env.hosts("ALLOWED_HOSTS"), env.host_of(SITE_URL), *env.LOOPBACK]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# The number of proxies in front; without one no forwarded header is believed
# (comments/submit/origin.py).
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=env.MOST_PROXIES)

INSTALLED_APPS = [
    "comments",
    "blog",
    "taggit",
    "django_tasks_db",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.middleware.forwarded_scheme",
    "config.middleware.compressed",
    "config.middleware.security_headers",
    "config.middleware.time_to_write",
    "blog.middleware.site",
    "config.middleware.plain_requests",
    "config.middleware.hidden_files",
    "config.middleware.sender_network",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.large_forms",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "comments.submit.middleware.waiting_follows",
    "blog.middleware.former_addresses",
]

ROOT_URLCONF = "config.urls"
# Django's redirect does not look whether the address with a slash is there: every address of one
# part looks like that of a page. blog.middleware.former_addresses does.
APPEND_SLASH = False
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    # Pages of readers and moderators.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "pages"],
        "OPTIONS": {
            "environment": "config.jinja.environment",
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "blog.middleware.site_context",
            ],
        },
    },
    # The admin and mail.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["comments.templatetags.comments"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog.middleware.site_context",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "broadside.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A file beside the database that every writing transaction locks first (blog/transactions.py).
WRITE_LOCK = DATA_DIR / "write.lock"
# Hashes of erased addresses, outside the database: a restored backup would not have them.
ERASURES = DATA_DIR / "erasures.txt"

AUTH_USER_MODEL = "blog.User"
AUTHENTICATION_BACKENDS = ["blog.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = env.language("LANGUAGE", "en-gb")
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/London")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.public_folder("MEDIA_STORE", DATA_DIR / "media", private=DATA_DIR)
# Outside DATA_DIR a proxy may serve them; inside it other accounts can read nothing.
_IS_PRIVATE = MEDIA_ROOT.is_relative_to(DATA_DIR)
FILE_UPLOAD_PERMISSIONS = 0o600 if _IS_PRIVATE else 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700 if _IS_PRIVATE else 0o755
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_files.Storage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
}
WHITENOISE_MAX_AGE = 3600

TASKS = {
    "default": {
        "BACKEND": {
            "database": "django_tasks_db.DatabaseBackend",
            "immediate": "django_tasks.backends.immediate.ImmediateBackend",
        }[env.choice("TASKS", "database", ("database", "immediate"))]
    }
}

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "blog.models.tag.split"
TAGGIT_STRING_FROM_TAGS = "blog.models.tag.join"

AKISMET_API_KEY = env.akismet_key("AKISMET_API_KEY")
AKISMET_SERVER = env.server_url("AKISMET_SERVER")

EMAIL_URL = env.text("EMAIL_URL")
globals().update(mail.email("EMAIL_URL"))
# Without a name in it mails go out in the name of the site (blog/mail.py).
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail.sender(
    "EMAIL_FROM", f"no-reply@{urlsplit(SITE_URL).hostname}"
)

# The words of a form, without its files. A post's text of 2,000,000 characters fits in any script.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_ENGINE = "blog.sessions"
SESSION_COOKIE_AGE = 30 * 86_400
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "comments.submit.csrf.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
# Behind a proxy that TRUSTED_PROXIES does not count, this would be a redirect loop.
SECURE_SSL_REDIRECT = SECURE and bool(TRUSTED_PROXIES)
# A monitor on this machine asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_SSL_HOST = urlsplit(SITE_URL).netloc
X_FRAME_OPTIONS = "DENY"
# includeSubDomains and preload would bind names that may not be ours; frame-ancestors in the
# Content-Security-Policy prevents clickjacking.
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W005", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"away": {"()": "blog.database_errors.WithoutTraceback"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["away"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # httpx logs whole addresses at INFO; the library of tasks logs every job.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "django_tasks")},
}
