"""The one settings file: every choice of the operator comes from the environment.

`.env.example` says what each variable means. Two files may hold them as well: `.env` beside
manage.py, and `var/secrets.env`, which `make run` writes. What an owner chooses (name, logo,
menu, time zone) is not here: it is `blog.Site`, edited in the admin.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import env as read

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
# Passwords, sessions and mail lie in it: nobody else on this machine may look.
VAR_DIR.mkdir(mode=0o700, exist_ok=True)
read.read_files(BASE_DIR / ".env", VAR_DIR / "secrets.env")
env = read.env

# Core
DEBUG = read.flag("DEBUG", default=False)
SECRET_KEY = read.secret("SECRET_KEY")
PORT = read.port()
SITE_URL = read.site_url()
SITE_HOST = urlsplit(SITE_URL).hostname or ""
IS_HTTPS = SITE_URL.startswith("https://")
_LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = read.hosts(
    "ALLOWED_HOSTS", default=[SITE_HOST, *(_LOCAL_HOSTS if SITE_HOST in _LOCAL_HOSTS else [])]
)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
READ_ONLY = read.flag("READ_ONLY", default=False)
THROTTLE = read.flag("THROTTLE", default=True)
TRUSTED_PROXIES = read.networks("TRUSTED_PROXIES")

# Counting reads: the key of the day lies here, and never in the database.
COUNT_READS = read.flag("COUNT_READS", default=True)
READS_FOLDER = VAR_DIR / "reads"

# Pages as they were made, until something they show changes; `off` makes each one anew.
PAGE_STORE = read.file_or_off("PAGE_STORE", default=VAR_DIR / "pages.sqlite3")
EDGE_PURGE = read.edge("EDGE_PURGE")

# Keys of their own let SECRET_KEY change without breaking private links or throttling.
LINK_KEY = read.purpose_key("LINK_KEY", secret_key=SECRET_KEY)
NETWORK_KEY = read.purpose_key("NETWORK_KEY", secret_key=SECRET_KEY)

# Databases
DATABASES: dict[str, dict[str, Any]] = {
    "default": read.value(
        "DATABASE_URL",
        lambda: env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'site.sqlite3'}"),
        expected="an address such as sqlite:////srv/site.sqlite3 or postgres://user:password@host/name",
    )
}
_database = DATABASES["default"]
match _database["ENGINE"]:
    case "django.db.backends.sqlite3":
        _database["OPTIONS"] = {
            "timeout": 5,
            **_database.get("OPTIONS", {}),
            # Without recursive_triggers, REPLACE INTO deletes rows behind the back of the guards.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
            "transaction_mode": "IMMEDIATE",
        }
        # Opening the file costs as much as asking it five times. A minute, since a file that somebody
        # puts in its place is found only by those who open it.
        _database["CONN_MAX_AGE"] = 60
        # A file, since threads and processes of the tests must see one database.
        _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    case "django.db.backends.postgresql":
        _database["OPTIONS"] = {
            # What the address says of encryption (sslmode and the like) stays in force.
            **_database.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": 10, "timeout": 10},
        }
    case _:
        read.stop("DATABASE_URL", "must name SQLite or PostgreSQL")
_database["ATOMIC_REQUESTS"] = False
# After a restart of PostgreSQL the pool holds dead connections, which readers must not be given.
_database["CONN_HEALTH_CHECKS"] = True
POSTGRES_BIN = env.str("POSTGRES_BIN", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Applications; config comes first so that its commands and templates win.
INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "transfer.apps.TransferConfig",
    "newsletter.apps.NewsletterConfig",
    "audience.apps.AudienceConfig",
    "comments.apps.CommentsConfig",
    "blog.apps.BlogConfig",
    "ledger.apps.LedgerConfig",
    "config.apps.NewsroomConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]
MIDDLEWARE = [
    "config.middleware.trusted_proxies",
    "config.middleware.content_security_policy",
    "comments.kept_words.keep_words",
    "config.middleware.limited_bodies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.compressed",
    # These two see what is sent in the end, and so what is kept.
    "audience.middleware.count_reads",
    "config.middleware.asked_again",
    "config.middleware.read_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "blog.middleware.early_links",
    "blog.middleware.site_time_zone",
    "blog.middleware.OldAddresses",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog.context_processors.site",
            ],
        },
    },
]

# Cache, mail, files
CACHES = {
    "default": read.value(
        "CACHE_URL",
        lambda: env.cache_url("CACHE_URL", default="locmemcache://"),
        expected="an address such as locmemcache:// or redis://localhost:6379/0",
    )
}
_email = read.value(
    "EMAIL_URL",
    lambda: env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}"),
    expected="an address such as smtp+tls://user:password@mail.example.com:587",
)
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST", "")
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = str(_email.get("EMAIL_FILE_PATH") or VAR_DIR / "mail")
EMAIL_TIMEOUT = 20
REPLY_ADDRESS = read.reply_address("REPLY_ADDRESS")
MAIL_DOOR = read.mail_door("MAIL_DOOR", reply_address=REPLY_ADDRESS)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
# WhiteNoise warns where there is no folder, and everything may not have been collected yet.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Sign-in
AUTH_USER_MODEL = "auth.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
# What other names of the domain do, and a list that every browser ships, are not this site's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# trusted_proxies removes the header of anybody who is no trusted proxy.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# no-referrer would make our own form say "Origin: null".
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Django 6 reads the same name; until then config.middleware sends the header.
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Language and time; a site's own time zone is blog.Site's and is activated for each request.
LANGUAGE_CODE = read.language("SITE_LANGUAGE", default="en-gb")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Logs: one JSON object a line on standard error
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # aiosmtpd writes every address that mail goes to, and those are private.
        "mail.log": {"level": "ERROR"},
    },
}
