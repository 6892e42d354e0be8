"""How the music is served: once, and then only its tag."""

from __future__ import annotations

from tests.web.hotline import Hotline


def test_music_is_kept_by_the_carrier_and_asked_for_again_by_its_tag(door: Hotline) -> None:
    client = door.app.test_client()
    first = client.get("/voice/music/8.wav")
    assert (first.status_code, first.content_type) == (200, "audio/wav")
    assert len(first.data) == int(first.headers["Content-Length"]) > 64_000
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    tag = first.headers["ETag"]
    again = client.get("/voice/music/8.wav", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get("/voice/music/8.wav", headers={"If-None-Match": '"x"'}).data == first.data
    assert client.get("/voice/music/9.wav").headers["ETag"] != tag
    head = client.head("/voice/music/8.wav")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    for odd in ("0", "61", "99999999999", "-1", "1.5", "８"):
        assert client.get(f"/voice/music/{odd}.wav").status_code == 404
