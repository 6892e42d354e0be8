"""The green channel: a telephone hotline that older people can use.

Start reading at ``docs/call.md``, which follows one call through these rooms.
"""
