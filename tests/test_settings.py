"""Settings that would only fail where they are used are refused where they are read."""

import pytest
from pydantic import ValidationError

from settings import Settings

EXAMPLE = "amqp://user:password@host:5672/vhost"


@pytest.mark.parametrize(
    "url",
    [
        "amqp://casey:s3cret@localhost:99999/",
        "amqp://casey:s3cret@localhost:port/",
        "amqp://casey:s3cret@localhost:0/",
        "amqp://casey:s3cret@:5672/",
        "amqp://casey:s3cret@[::1/",
        "amqp://casey:s3cret\u2100@localhost/",
        "amqp://",
        "redis://casey:s3cret@localhost/",
    ],
)
def test_a_broker_that_no_address_names_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValidationError, match="must be like") as refused:
        Settings(BROKER_URL=url, _env_file=None)
    assert EXAMPLE in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("url", [EXAMPLE, "amqps://host", "amqp://u:p%2F@[::1]:5671//"])
def test_a_broker_is_named_by_its_address(url: str) -> None:
    settings = Settings(BROKER_URL=url, _env_file=None)
    assert settings.broker_url is not None
    assert settings.broker_url.get_secret_value() == url
