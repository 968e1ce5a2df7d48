"""Every setting of Mintenance, each read once from the environment. docs/reference/settings.md lists them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from core import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(
    env.text(
        "VAR_DIR",
        str(BASE_DIR / "var"),
        about="The folder for files that are made while running: uploads, mail, the embedded database.",
    )
)

# --- The process -----------------------------------------------------------------------------------------------------

DEBUG = env.boolean("DEBUG", False, about="Django's debug mode. Never on a public site.")
SECRET_KEY = env.text("SECRET_KEY", about="The key that signs sessions and tokens: 50 random characters.")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", about="The host names that this site answers to.")
TEST_MODE = env.is_test()

INSTALLED_APPS = [
    "daphne",
    "mintenance.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "mintenance.apps.MintenanceConfig",
    "core",
    "events",
    "accounts",
    "contractors",
    "jobs",
    "bids",
    "messaging",
    "notifications",
    "webhooks",
]

MIDDLEWARE = [
    "core.middleware.RequestMiddleware",
    "core.fork.Fork",
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.StaticMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.compression.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.fork.Join",
]
API_MIDDLEWARE = [
    "core.finished.FinishedMiddleware",
    "core.compression.CompressionMiddleware",
    "core.middleware.ApiCorsMiddleware",
]
API_PAGES = ("/docs", "/redoc")  # addresses under /api/ that end so are pages

ROOT_URLCONF = "mintenance.urls"
WSGI_APPLICATION = "mintenance.wsgi.application"
ASGI_APPLICATION = "mintenance.asgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- The database ----------------------------------------------------------------------------------------------------

_database = env.database("DATABASE_URL", about="The PostgreSQL database, as postgres://user:password@host:port/name.")
_pool_size = env.integer(
    "DATABASE_POOL", 8, about="Connections that an ASGI process keeps open to the database.", least=1
)
_pooled = env.boolean(
    "DATABASE_POOLED",
    env.serves_asgi(),
    about="Share connections in a pool, as ASGI servers do unless told otherwise; off, each thread keeps its own.",
)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        # A pool and CONN_MAX_AGE exclude each other. Under ASGI each request may have a thread of its own, so kept
        # connections would pile up; under WSGI each worker thread keeps one.
        "CONN_MAX_AGE": 0 if _pooled else None,
        "CONN_HEALTH_CHECKS": not _pooled,
        "OPTIONS": {
            **_database["OPTIONS"],
            "prepare_threshold": None,  # core/prepared.py prepares; the driver would deallocate all at each rollback
            **({"pool": {"min_size": 1, "max_size": _pool_size, "timeout": 10}} if _pooled else {}),
        },
    },
}

# --- The servers -----------------------------------------------------------------------------------------------------

DRAIN_SECONDS = env.integer(
    "DRAIN_SECONDS",
    5,
    about="Seconds after SIGTERM in which a server still answers while /readyz says that it is going.",
    most=15,
)
HTTP_THREADS = env.integer(
    "HTTP_THREADS", 3, about="Requests that a process of `web --only http` answers at a time.", least=1
)

# --- People and sign-in ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
EMAIL_VERIFICATION = env.text(
    "EMAIL_VERIFICATION",
    "optional",
    choices=("optional", "required"),
    about="Whether people must confirm their address before they are let in: optional or required.",
)
ACCESS_SECONDS = int(env.test_only("JWT_ACCESS_SECONDS", "900", about="Seconds that an access token lives."))
SESSION_CHECK_SECONDS = 3  # how long a process may go on believing that a session is alive; the contract says 5
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=ACCESS_SECONDS),
    "REFRESH_TOKEN_LIFETIME": timedelta(
        days=env.integer("REFRESH_DAYS", 14, about="Days that a refresh token lives.", least=1)
    ),
    "USER_ID_CLAIM": "sub",
    "ISSUER": "mintenance",
    "LEEWAY": 0,
}
STAFF_TOTP = env.boolean(
    "STAFF_TOTP", False, about="Whether staff must show a code of their phone (TOTP) to get into the admin."
)
STAFF_IDLE_SECONDS = 60 * env.integer(
    "STAFF_IDLE_MINUTES", 30, about="Minutes without a request after which staff sign in to the admin anew.", least=1
)
OTP_TOTP_ISSUER = "Mintenance"
PASSWORD_RESET_TIMEOUT = 60 * 60
PERSON_CREATED_HOOKS = ["contractors.services.open_profile"]
PERSON_SUSPENDED_HOOKS = ["jobs.services.hide_jobs_of"]
PERSON_RESTORED_HOOKS = ["jobs.services.show_jobs_of"]
PERSON_ERASED_HOOKS = [
    "jobs.services.erasing.hold_work_of",
    "bids.services.erasing.erase_bids_of",
    "jobs.services.erasing.erase_jobs_of",
    "jobs.services.erasing.erase_reviews_of",
    "jobs.services.erasing.erase_searches_of",
    "contractors.services.erase_profile",
    "messaging.services.erase_messages_of",
    "notifications.services.erase_notifications_of",
    "webhooks.services.erase_webhooks_of",
    "mintenance.search.words.forget_words_of",
]
REPORT_DECIDED_HOOKS = ["notifications.services.tell_of_decision"]
WEBHOOK_DISABLED_HOOKS = ["notifications.services.tell_of_webhook"]
BID_ACCEPTED_HOOKS = ["messaging.services.open_for_winner"]
JOB_CLOSED_HOOKS = ["bids.services.reject_live_bids"]
JOB_REOPENED_HOOKS = ["bids.services.release_accepted_bid"]

# --- The marketplace -------------------------------------------------------------------------------------------------

NOTIFICATION_MAIL_SECONDS = env.integer(
    "NOTIFICATION_MAIL_SECONDS",
    60,
    about="Seconds that a notification waits for others before it is mailed, so that many are one mail.",
)
VERIFICATION_DOCUMENTS = env.names(
    "VERIFICATION_DOCUMENTS",
    ("identity", "insurance", "licence"),
    about="The kinds of document that staff must have approved for a contractor to be verified.",
)
JOB_EXPIRY_DAYS = env.integer(
    "JOB_EXPIRY_DAYS", 30, about="Days after which a posted job without a winner is cancelled.", least=1
)
COMPLETION_DAYS = env.integer(
    "COMPLETION_DAYS",
    14,
    about="Days after which work is completed when its owner does not answer the contractor.",
    least=1,
)
REVIEW_DAYS = env.integer("REVIEW_DAYS", 14, about="Days after its completion in which a job can be reviewed.", least=1)
EVENT_RETENTION_DAYS = env.integer("EVENT_RETENTION_DAYS", 90, about="Days that events are kept.", least=1)

# --- Doors -----------------------------------------------------------------------------------------------------------

PUBLIC_URL = env.text(
    "PUBLIC_URL",
    "http://127.0.0.1:8000",
    about="The address that people and programs reach this site at, for links in mail and documents.",
).rstrip("/")
API_V1_DEPRECATED = env.moment(
    "API_V1_DEPRECATED", "2026-11-01T00:00:00Z", about="Since when version 1 of the API is deprecated."
)
API_V1_SUNSET = env.moment(
    "API_V1_SUNSET", "2027-11-01T00:00:00Z", about="When version 1 of the API ends and answers 410."
)
TRUSTED_PROXIES = env.names(
    "TRUSTED_PROXIES", about="Networks (CIDR) of proxies whose X-Forwarded-For and X-Forwarded-Proto count."
)
RATE_LIMITS_ON = env.test_only("RATE_LIMITS", "on", about="Rate limits and lock-out: on or off.") != "off"
_minutes = env.integer("RATE_WINDOW_MINUTES", 15, about="Minutes over which requests are counted.", least=1)
RATE_LIMITS: dict[str, tuple[int, int]] = {
    group: (env.integer(f"RATE_{group.upper()}", default, about=about, least=1), _minutes * 60)
    for group, default, about in (
        ("anonymous", 100, "Requests that a stranger's address may make in the window."),
        ("anonymous_auth", 20, "Of these, how many on the sign-in routes."),
        ("read", 1000, "Reads of a signed-in person in the window."),
        ("write", 200, "Writes of a signed-in person in the window."),
        ("auth", 20, "Sign-in, password and token requests of a signed-in person in the window."),
        ("upload", 60, "Uploads of a signed-in person in the window."),
        ("export", 5, "Copies of one's own data in the window."),
        ("search", 300, "Searches of a signed-in person in the window."),
    )
}
RATE_LIMITS["frames"] = (
    env.integer("RATE_FRAMES", 100, about="Frames that a person may send by sockets in a minute.", least=1),
    60,
)
SOCKETS_PER_PERSON = env.integer("SOCKETS_PER_PERSON", 20, about="Sockets that a person may have open.", least=1)
FINISHED_ANSWERS = env.boolean(
    "FINISHED_ANSWERS",
    True,
    about="Whether strangers' pages are kept in the process while the database does not change.",
)
FINISHED_SECONDS = env.decimal(
    "FINISHED_SECONDS", 0.05, about="Seconds for which a process may miss that another one has changed what it keeps."
)
GRAPHQL_DEPTH = env.integer("GRAPHQL_DEPTH", 10, about="How deep a GraphQL document may be nested.", least=1)
GRAPHQL_ALIASES = env.integer("GRAPHQL_ALIASES", 30, about="Aliases in a GraphQL document, fragments written out.")
GRAPHQL_TOKENS = env.integer("GRAPHQL_TOKENS", 2000, about="Tokens in a GraphQL document.", least=1)
GRAPHQL_DIRECTIVES = env.integer("GRAPHQL_DIRECTIVES", 20, about="Directives in a GraphQL document.")
GRAPHQL_PAGE = env.integer("GRAPHQL_PAGE", 100, about="Items on a page of GraphQL, at most.", least=20, most=100)
GRAPHQL_MUTATIONS = env.integer("GRAPHQL_MUTATIONS", 4, about="Mutations in a GraphQL document.", least=1)
GRAPHQL_COST = env.integer("GRAPHQL_COST", 5000, about="What a GraphQL document may cost, a field being 1.", least=1)
GRAPHQL_COST_PER_REQUEST = env.integer(
    "GRAPHQL_COST_PER_REQUEST", 500, about="The cost of a GraphQL document that counts as one request.", least=1
)
GRAPHQL_INTROSPECTION = env.boolean(
    "GRAPHQL_INTROSPECTION", DEBUG, about="Whether GraphQL shows its schema and suggests names. On in debug mode."
)
CORS_ALLOWED_ORIGINS = env.names("ALLOWED_ORIGINS", about="Origins whose pages may call the API with credentials.")
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "authorization", "content-type", "x-request-id", "idempotency-key", "if-match", "if-none-match", "api-version",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "X-Total-Count", "X-Page-Count", "Link", "Location", "ETag", "X-Request-ID", "RateLimit", "RateLimit-Policy",
    "Retry-After", "Deprecation", "Sunset",
]  # fmt: skip
CORS_PREFLIGHT_MAX_AGE = 600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * env.integer("BODY_KB", 1024, about="Kilobytes of a body without files.", least=1)
IMAGE_MAX_BYTES = 10 * 1024 * 1024
IMAGE_MAX_PIXELS = 50_000_000
IMAGE_DECODE_MEMORY = 1024**2 * env.integer(
    "IMAGE_DECODE_MB",
    256,
    about="Megabytes that a process spends on decoding uploads at the same time. "
    "An image that needs more than all of it is decoded alone.",
    least=16,
)
IMAGE_QUOTA_BYTES = 1024**2 * env.integer(
    "IMAGE_QUOTA_MB", 500, about="Megabytes of images that a person may keep.", least=1
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.ApiKeyAuthentication",
        "accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["core.throttles.Throttle"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["core.renderers.JSONRenderer"],
    "DEFAULT_VERSIONING_CLASS": "core.versions.Versioning",
    "DEFAULT_SCHEMA_CLASS": "core.openapi.Schema",
    "DEFAULT_FILTER_BACKENDS": [],
    "EXCEPTION_HANDLER": "core.problems.answer_problem",
    "UNAUTHENTICATED_USER": "accounts.actors.stranger",
    "COERCE_DECIMAL_TO_STRING": False,
}

# --- Security --------------------------------------------------------------------------------------------------------

PUBLISH_IN_PROCESS = True  # a web process publishes events right after its own commit; tests turn it off

_https = PUBLIC_URL.startswith("https://")
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # see core/middleware.py
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_SSL_REDIRECT = False  # the proxy in front does it; behind it the site sees plain HTTP
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

WEBHOOK_ALLOW_NETS = env.networks(
    "WEBHOOK_ALLOW_NETS",
    allowed=DEBUG or TEST_MODE,
    about="Networks (CIDR) that webhooks may be sent to though they are not public, by http and to any port. "
    "For development and tests: refused unless DEBUG is on or MINTENANCE_TEST=1.",
)
WEBHOOK_SCHEDULE_SCALE = float(
    env.test_only(
        "WEBHOOK_SCHEDULE_SCALE",
        "1",
        about="What the times of the webhooks' schedule are multiplied by, but time-outs.",
    )
)
WEBHOOK_ATTEMPT_SECONDS = float(
    env.test_only(
        "WEBHOOK_ATTEMPT_SECONDS",
        "15",
        about="Seconds that one attempt to deliver a webhook may take; three times as long it belongs to its worker.",
    )
)

# --- Redis, storage, mail, static files ------------------------------------------------------------------------------

REDIS_URL = env.text(
    "REDIS_URL",
    "",
    about="Redis, where there is more than one process: redis://host:port/0. Empty: counters live in the process.",
)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
# Between processes that hold sockets. Without Redis there is one of them, which has nobody to tell.
CHANNEL_LAYERS: dict[str, Any] = (
    {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}}
    if REDIS_URL
    else {}
)
MEDIA_ROOT = VAR_DIR / "media"
MAILERS = {
    "default": env.mailer(
        "EMAIL_URL",
        str(VAR_DIR / "mail"),
        about="Where mail goes: smtp://user:password@host:587?tls=on. Empty: files under var/mail.",
    ),
}
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Mintenance <no-reply@mintenance.localhost>", about="The sender of mail.")

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(
    env.text(
        "STATIC_ROOT",
        str(VAR_DIR / "static"),
        about="Where collectstatic puts the files that are the same for everybody.",
    )
)
STORAGES: dict[str, Any] = {
    "default": env.storage(
        "STORAGE_URL",
        MEDIA_ROOT,
        about="Where uploads are kept: s3://key:secret@host:port/bucket?region=…&tls=on&path_style=off. "
        "Empty: the disk.",
    ),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# --- Work in the background ------------------------------------------------------------------------------------------

WORKER_LOOPS: list[tuple[str, float]] = [
    ("events.tasks.publish_events", 0.5),
    ("events.tasks.forget_old_events", 3600),
    ("core.tasks.send_mail", 1),
    ("core.tasks.forget_idempotency_keys", 3600),
    ("accounts.tasks.forget_unused_images", 3600),
    ("accounts.tasks.forget_stray_files", 60),
    ("accounts.tasks.forget_old_sign_ins", 3600),
    ("accounts.tasks.finish_erasures", 10),
    ("contractors.tasks.watch_documents", 300),
    ("contractors.tasks.forget_stray_documents", 3600),
    ("jobs.tasks.expire_jobs", 30),
    ("mintenance.search.tasks.forget_unused_words", 86_400),
    ("jobs.tasks.complete_unanswered_work", 30),
    ("notifications.tasks.tell_people", 0.25),
    ("notifications.tasks.send_digests", 5),
    ("notifications.tasks.forget_old_tickets", 300),
    ("webhooks.tasks.queue_webhooks", 0.25),
    ("webhooks.tasks.send_webhooks", 0.25),
    ("webhooks.tasks.forget_old_webhooks", 3600),
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JSONFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["console"],
        "level": env.text("LOG_LEVEL", "INFO", about="The least grave log line that is written."),
    },
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "WARNING"}},
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Mintenance API",
    "VERSION": "2.0.0",
    "DESCRIPTION": "API for the Mintenance platform",
    "CONTACT": {"email": "api@mintenance.com"},
    "LICENSE": {"name": "MIT"},
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}
