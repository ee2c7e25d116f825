"""The headers of an answer are such as a header can hold, whatever names there are."""

import pytest

from services.api.writing import Answer


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("/api/v1/orders/7", "/api/v1/orders/7"),
        ("/api/v1/accounts/通辽", "/api/v1/accounts/%E9%80%9A%E8%BE%BD"),
        ("/api/v1/accounts/a%b", "/api/v1/accounts/a%25b"),
    ],
    ids=["plain", "chinese", "percent"],
)
def test_where_something_is_fits_into_a_header(location: str, told: str) -> None:
    headers = Answer(location=location, version=3).told(b"").headers

    assert headers == {"ETag": '"3"', "Location": told}
    assert headers["Location"].isascii()
