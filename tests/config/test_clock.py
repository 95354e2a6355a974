"""One clock everywhere: 24 hours, in the admin too."""

from datetime import datetime

import pytest
from django.utils.formats import date_format
from django.utils.translation import get_language_info, override

MOMENT = datetime(2026, 11, 3, 14, 5)  # noqa: DTZ001


@pytest.mark.parametrize("language", ["en", "en-gb", "en-us", "en-au", "de", "fr", "pt-br", "ja"])
@pytest.mark.parametrize("name", ["TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"])
def test_times_are_shown_with_24_hours(language, name):
    assert get_language_info(language)
    with override(language):
        assert "14:05" in date_format(MOMENT, name)
