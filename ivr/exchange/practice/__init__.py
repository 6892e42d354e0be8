"""The practice side: telephones for people and tests, as JSON over HTTP."""
