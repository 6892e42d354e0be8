"""The hotline for any WSGI server: ``gunicorn app:app``, configured by environment alone."""

import sys

from ivr.errors import IVRError
from ivr.web.app import create_app

# The status by which gunicorn's workers say that trying again is no use.
CANNOT_START = 3

try:
    app = create_app()
except IVRError as error:
    sys.stderr.write(f"The hotline cannot start. {error}\n")
    sys.exit(CANNOT_START)
