"""`gunicorn -c config/gunicorn.py`: its own lines as JSON, and no access lines of its own, which would name paths."""

from __future__ import annotations

logconfig_dict = {
    "formatters": {"generic": {"()": "config.logs.JsonLines"}},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
