"""Django's admin with 50 invoices. Usage: python django_site.py <port> <database file>"""
import os
import sys

import django
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.urls import path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
PORT, DATABASE = sys.argv[1:]
CONTRIB = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
settings.configure(
    DEBUG=True,
    SECRET_KEY="only for pages that are tried on this machine",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["shop"] + ["django.contrib." + name for name in CONTRIB],
    MIDDLEWARE=MIDDLEWARE,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    STATIC_URL="/static/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": PROCESSORS},
        }
    ],
)
django.setup()
urlpatterns = [path("admin/", admin.site.urls)]

if __name__ == "__main__":
    from django.contrib.auth.models import User
    from shop.models import Invoice

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("ada", "ada@example.com", "analytical engine")
    for at in range(1, 51):
        Invoice.objects.create(
            number=f"INV-{at:03}",
            customer=["Acme", "Bank of the West", "Crown & Co"][at % 3],
            status=["Open", "Paid", "Overdue"][at % 3],
            amount=at * 10,
        )
    call_command("runserver", f"127.0.0.1:{PORT}", use_reloader=False, verbosity=0)
