"""Addresses of databases: what cannot be right is told before anything is opened."""

import pytest

from csm.errors import InvalidInput
from storage.database import open_database

SERVER = "postgresql://someone:s3cret@127.0.0.1:1/name"


@pytest.mark.parametrize(
    "options", ["foo=bar", "port=abc", "password=s3cret&foo=bar", "autocommit=s3cret", "a%20b=c"]
)
def test_an_option_that_postgres_does_not_know_is_told(options: str) -> None:
    with pytest.raises(InvalidInput, match="after the “\\?” of DATABASE_URL") as caught:
        open_database(f"{SERVER}?{options}")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "options", ["", "sslmode=require", "connect_timeout=3&application_name=us", "options=-ca%3Db"]
)
def test_options_that_postgres_knows_are_taken(options: str) -> None:
    database = open_database(f"{SERVER}?{options}")
    assert database.place == "the PostgreSQL database 'name' on 127.0.0.1:1"
    database.close()
