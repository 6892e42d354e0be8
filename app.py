"""The hotline for any WSGI server: ``gunicorn app:app``, configured by environment alone."""

from ivr.web.app import create_app

app = create_app()
