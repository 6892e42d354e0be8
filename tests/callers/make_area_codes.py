"""Write ``ivr/callers/data/area_codes.csv`` from the geodata of ``phonenumbers``.

Run it after an upgrade of that package: ``python tests/callers/make_area_codes.py``. It takes
a few seconds and 100 MB, which is why it is done here and not when a call comes in. Mobile
numbers are left out: the running service has a smaller and newer source for them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[2] / "ivr" / "callers" / "data" / "area_codes.csv"


def area_codes() -> Iterator[tuple[str, str]]:
    """Prefixes without +86 and their Chinese places, in order.

    A prefix without a Chinese name falls back on a shorter one, as in the geocoder.
    """
    from phonenumbers.geodata import GEOCODE_DATA

    for prefix, names in sorted(GEOCODE_DATA.items()):
        national = prefix.removeprefix("86")
        fixed_line = prefix.startswith("86") and (national[0] != "1" or national == "10")
        if fixed_line and "zh" in names:
            yield national, names["zh"]


if __name__ == "__main__":
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("prefix", "place_zh"))
        writer.writerows(area_codes())
    sys.stdout.write(f"{TARGET.name} written\n")
