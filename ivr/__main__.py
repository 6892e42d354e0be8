"""``python -m ivr``: the command line of the hotline."""

from ivr.cli import main

if __name__ == "__main__":
    main()
