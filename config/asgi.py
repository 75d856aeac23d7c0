import os

from django.core.asgi import get_asgi_application

from config.requests import Utf8ASGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_asgi_application()
application.request_class = Utf8ASGIRequest
