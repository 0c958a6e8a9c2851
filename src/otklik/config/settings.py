"""All settings, from the environment only. ``otklik up`` fills in what is not set."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

from otklik.config import environment as env
from otklik.config import modules
from otklik.knowledge.rendering.videos import PLAYERS

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("OTKLIK_DATA_DIR", "data")).resolve()

# ── Security ──────────────────────────────────────────────────────────────────────────────
DEBUG = env.flag("OTKLIK_DEBUG")
SECRET_KEY = env.secret("OTKLIK_SECRET_KEY")
if not SECRET_KEY:
    raise env.EnvironmentProblem(
        "OTKLIK_SECRET_KEY is not set: use `otklik up`, which keeps one in the data folder, or set it (or its _FILE)."
    )
SECRET_KEY_FALLBACKS = env.words("OTKLIK_OLD_SECRET_KEYS")
BASE_URL = env.text("OTKLIK_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(BASE_URL)
IS_HTTPS = _base.scheme == "https"
ALLOWED_HOSTS = env.words("OTKLIK_ALLOWED_HOSTS") or [_base.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
BEHIND_PROXY = env.flag("OTKLIK_BEHIND_PROXY", default=IS_HTTPS)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "frame-src": [
        CSP.SELF,
        *PLAYERS,
    ],  # our own log-in when a session has ended; players only after a press, see ui/elements/video.js
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SESSION_ENGINE = "otklik.foundation.http.sessions"
AUTH_USER_MODEL = "team.Agent"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "otklik.team.login.Passwords",
    "allauth.account.auth_backends.AuthenticationBackend",
]

# ── Parts ─────────────────────────────────────────────────────────────────────────────────
OIDC_URL = env.text("OTKLIK_OIDC_URL")
MODULES = modules.MODULES
INSTALLED_APPS = [
    "otklik.ui",  # first: its templates stand before those of allauth
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *(["allauth.socialaccount.providers.openid_connect"] if OIDC_URL else []),  # a third of a second at every start
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    *(f"otklik.{name}" for name in MODULES),
]
MIDDLEWARE = [
    *(["otklik.foundation.http.edge.RealAddress"] if BEHIND_PROXY else []),
    "otklik.foundation.http.edge.ApiDoor",
    "otklik.foundation.http.edge.NoNul",
    "otklik.foundation.http.edge.DatabaseAway",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "otklik.foundation.http.edge.RedirectsOfParts",
    "otklik.team.middleware.WhoActs",
    "otklik.team.middleware.DoorInAFrame",
    "otklik.team.middleware.OwnLanguageAndTime",
    "otklik.foundation.http.edge.RefusalsToAnswers",
    "otklik.foundation.http.edge.NoRoom",
]
ROOT_URLCONF = "otklik.config.urls"
WSGI_APPLICATION = "otklik.config.wsgi.application"
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # ``i18n`` and ``static`` are ours on purpose, see ui/templatetags/kept.py
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "otklik.ui.loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "otklik.ui.templatetags.kept"],
            "libraries": {"i18n": "otklik.ui.templatetags.kept", "static": "otklik.ui.templatetags.kept"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "otklik.desk.frame.around",
                "otklik.portal.views.pages.house",
            ],
        },
    }
]

# ── Database ──────────────────────────────────────────────────────────────────────────────
DATABASE_URL = env.secret("DATABASE_URL")
_database = urlsplit(DATABASE_URL)
_host_in_query = dict(pair.split("=", 1) for pair in _database.query.split("&") if "=" in pair).get("host", "")
_is_prepared = env.flag("OTKLIK_PREPARED_STATEMENTS", default=True)  # statements planned once for each connection
_pool = env.number("OTKLIK_DATABASE_POOL", 8)  # connections of one process at most; 0 for none (short commands)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_database.path.lstrip("/")) or "otklik",
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "HOST": unquote(_database.hostname or _host_in_query),
        "PORT": str(_database.port or ""),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": _pool, "timeout": 3, "reconnect_timeout": 2} if _pool else False,
            "connect_timeout": 5,
            "server_side_binding": _is_prepared,
            "prepare_threshold": 3 if _is_prepared else None,
        },
    }
}

CACHES = {  # what all processes must count together, such as attempts to log in
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "foundation_cache"}
}

# ── Languages and time ────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = env.text("OTKLIK_LANGUAGE", "ru")
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]  # one catalogue of those of all apps, see hatch_build.py
USE_I18N = USE_TZ = True
TIME_ZONE = env.text("OTKLIK_TIME_ZONE", "Europe/Moscow")

# ── Files and static ──────────────────────────────────────────────────────────────────────
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("OTKLIK_STATIC_ROOT", str(DATA_DIR / "static")))
FILES_URL = env.secret("OTKLIK_FILES_URL") or f"file://{DATA_DIR / 'files'}"


def _file_storage(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        return {"BACKEND": "otklik.foundation.files.storage.LastingFiles", "OPTIONS": {"location": parts.path or url}}
    if parts.scheme not in {"s3", "s3+http"}:
        raise env.EnvironmentProblem("OTKLIK_FILES_URL must be file:///folder or s3://KEY:SECRET@host/bucket.")
    scheme = "http" if parts.scheme == "s3+http" else "https"
    endpoint = f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    options = {
        "bucket_name": parts.path.strip("/"),
        "endpoint_url": endpoint,
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "default_acl": None,
        "file_overwrite": True,
        "querystring_auth": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": _file_storage(FILES_URL),
    "staticfiles": {"BACKEND": "otklik.ui.static_files.StaticFiles"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 30_000_000  # JSON with attachments in base64; letters have their own limit
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ── Mail ──────────────────────────────────────────────────────────────────────────────────
FIRST_INBOX = env.text("OTKLIK_INBOX")
SMTP_URL = env.secret(
    "OTKLIK_SMTP_URL"
)  # smtp://, smtp+tls://, smtps://user:password@host:port; empty: letters wait in the outbox folder
LETTER_LIMIT_BYTES = env.number("OTKLIK_LETTER_LIMIT_BYTES", 52_428_800)
_smtp = urlsplit(SMTP_URL)
MAILERS = {  # letters of the log-in only (password reset); letters to customers go through reach's outbox
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _smtp.hostname,
            "port": _smtp.port or (465 if _smtp.scheme == "smtps" else 25),
            "username": unquote(_smtp.username or ""),
            "password": unquote(_smtp.password or ""),
            "use_ssl": _smtp.scheme == "smtps",
            "use_tls": _smtp.scheme == "smtp+tls",
            "timeout": 20,
        },
    }
    if SMTP_URL
    else {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": DATA_DIR / "outbox"},
    }
}
MAIL_OAUTH = {  # for inboxes whose server is named with ?auth=xoauth2
    "url": env.text("OTKLIK_MAIL_OAUTH_TOKEN_URL"),
    "client_id": env.text("OTKLIK_MAIL_OAUTH_CLIENT_ID"),
    "client_secret": env.secret("OTKLIK_MAIL_OAUTH_CLIENT_SECRET"),
    "scope": env.text("OTKLIK_MAIL_OAUTH_SCOPE"),
}
TRUSTED_MAIL_HOSTS = env.words("OTKLIK_TRUSTED_MAIL_HOSTS")  # authserv-id whose Authentication-Results are believed
EMBEDDER = env.text("OTKLIK_EMBEDDER", "local") or "local"  # or none, or the address of a service
EMBEDDER_MODEL = env.text("OTKLIK_EMBEDDER_MODEL")
EMBEDDER_KEY = env.secret("OTKLIK_EMBEDDER_KEY")
API_CALLS_PER_MINUTE = env.number("OTKLIK_API_CALLS_PER_MINUTE", 6000)  # of one token
WEBHOOK_PRIVATE_HOSTS = env.words("OTKLIK_WEBHOOK_PRIVATE_HOSTS")

# ── Log-in (django-allauth) ───────────────────────────────────────────────────────────────
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "otklik.team.login.AccountAdapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letter goes to a stranger
ACCOUNT_RATE_LIMITS = {  # guesses are counted by team/attempts.py; a stranger must not use up what is an agent's
    "login": None,
    "login_failed": None,
    "reset_password": "20/m/ip",
}
SOCIALACCOUNT_ADAPTER = "otklik.team.login.SocialAccountAdapter"
MFA_ADAPTER = "otklik.team.login.SecondFactors"
ACCOUNT_FORMS = {
    "login": "otklik.team.forms.login.LoginForm",
    "reauthenticate": "otklik.team.forms.login.PasswordAgainForm",
    "reset_password": "otklik.team.forms.login.ResetForm",
    "change_password": "otklik.team.forms.login.NewPasswordForm",
    "reset_password_from_key": "otklik.team.forms.login.FirstPasswordForm",
}
MFA_FORMS = {
    "authenticate": "otklik.team.forms.login.CodeForm",
    "reauthenticate": "otklik.team.forms.login.CodeAgainForm",
    "activate_totp": "otklik.team.forms.login.ConnectAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an admin wrote the address down; else nobody could ever set a second factor up
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "company",
                    "name": env.text("OTKLIK_OIDC_NAME", "OpenID Connect"),
                    "client_id": env.text("OTKLIK_OIDC_CLIENT_ID"),
                    "secret": env.secret("OTKLIK_OIDC_SECRET"),
                    "settings": {"server_url": OIDC_URL},
                }
            ],
        }
    }
    if OIDC_URL
    else {}
)

# ── Jobs and logs ─────────────────────────────────────────────────────────────────────────
DEFAULT_FROM_EMAIL = FIRST_INBOX or f"otklik@{_base.hostname or 'localhost'}"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "otklik.foundation.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("OTKLIK_LOG_LEVEL", "WARNING")},
    "loggers": {
        "otklik": {"level": env.text("OTKLIK_LOG_LEVEL", "INFO")},
        "django.request": {"level": "ERROR"},
    },
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
