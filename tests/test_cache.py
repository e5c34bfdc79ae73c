"""Where things are kept between runs."""

from __future__ import annotations

from reviewbot import cache


def test_it_is_the_folder_of_the_xdg_specification() -> None:
    assert cache.folder({"XDG_CACHE_HOME": "/x", "HOME": "/h"}) == "/x/reviewbot"
    assert cache.folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == "/h/.cache/reviewbot"
    assert cache.folder({"HOME": "/h"}) == "/h/.cache/reviewbot"
    assert cache.folder({}) is None
