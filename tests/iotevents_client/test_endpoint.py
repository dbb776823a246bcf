"""Which endpoint is taken, and which are refused."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from iotevents_client import EndpointError, client
from iotevents_client.endpoint import Setting, check_url

OLD = "AWS_ENDPOINT_URL_IOT_EVENTS_DATA"
NEW = "AWS_ENDPOINT_URL_IOTEVENTS_DATA"
GENERAL = "AWS_ENDPOINT_URL"
IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"


def _endpoint(**kwargs: Any) -> str:
    session = boto3.Session("AKIDEXAMPLE", "secret", region_name="eu-west-1")
    url: str = client(session=session, **kwargs).meta.endpoint_url
    return url


def _set(monkeypatch: pytest.MonkeyPatch, **environ: str) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


def _configure(monkeypatch: pytest.MonkeyPatch, folder: Path, *keys: str) -> None:
    lines = [f"{key} =\n  endpoint_url = https://{len(key)}.example\n" for key in keys]
    path = folder / "config"
    path.write_text("[default]\nservices = mine\n[services mine]\n" + "".join(lines), encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))


@pytest.mark.parametrize(
    ("environ", "taken"),
    [
        ({OLD: "https://old.example"}, "https://old.example"),
        ({NEW: "https://new.example"}, "https://new.example"),
        ({OLD: "https://both.example", NEW: "https://both.example"}, "https://both.example"),
        ({OLD: "", NEW: "https://new.example"}, "https://new.example"),
        ({OLD: "https://old.example", GENERAL: "https://all.example"}, "https://old.example"),
    ],
)
def test_endpoint_from_environment(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], taken: str
) -> None:
    _set(monkeypatch, **environ)
    assert _endpoint() == taken


def test_endpoint_argument_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **{OLD: "https://old.example", NEW: "https://new.example", IGNORE: "true"})
    assert _endpoint(endpoint_url="https://given.example") == "https://given.example"


def test_endpoint_names_contradict(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **{OLD: "https://old.example", NEW: "https://new.example"})
    with pytest.raises(EndpointError, match=f"{OLD} is 'https://old.example' but {NEW} is 'https://new.exam"):
        _endpoint()


@pytest.mark.parametrize("environ", [{}, {GENERAL: "https://all.example"}, {OLD: ""}])
def test_endpoint_missing(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    _set(monkeypatch, **environ)
    with pytest.raises(EndpointError, match=f"pass endpoint_url= or set {OLD}"):
        _endpoint()


@pytest.mark.parametrize("key", ["iot_events_data", "iotevents_data"])
def test_endpoint_from_services_section(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str) -> None:
    _configure(monkeypatch, tmp_path, key)
    assert _endpoint() == f"https://{len(key)}.example"


def test_endpoint_environment_before_section(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _configure(monkeypatch, tmp_path, "iot_events_data")
    _set(monkeypatch, **{NEW: "https://new.example"})
    assert _endpoint() == "https://new.example"


def test_endpoint_section_contradicts_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _configure(monkeypatch, tmp_path, "iot_events_data", "iotevents_data")
    with pytest.raises(EndpointError, match=r"iot_events_data\.endpoint_url .* but iotevents_data\.endpoint"):
        _endpoint()


def test_endpoint_ignored_by_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **{OLD: "https://old.example", IGNORE: "true"})
    with pytest.raises(EndpointError, match=IGNORE):
        _endpoint()


def test_endpoint_config_overrules_ignoring(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **{OLD: "https://old.example", IGNORE: "true"})
    assert _endpoint(config=Config(ignore_configured_endpoint_urls=False)) == "https://old.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://localhost:1/x",
        "http://api.localhost",
        "http://LOCALHOST.",
        "http://[::1]:8080",
    ],
)
def test_endpoint_http_on_loopback(url: str) -> None:
    assert check_url(Setting("endpoint_url", url), allow_http=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://events.example.com",
        "HTTP://10.0.0.1:8080",
        "http://0.0.0.0",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[2001:db8::1]",
    ],
)
def test_endpoint_http_refused(url: str) -> None:
    with pytest.raises(EndpointError, match="would send messages unencrypted"):
        _endpoint(endpoint_url=url)


def test_endpoint_http_refused_from_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **{NEW: "http://events.example.com"})
    with pytest.raises(EndpointError, match=NEW):
        _endpoint()
    assert _endpoint(allow_http=True) == "http://events.example.com"


@pytest.mark.parametrize(
    "url",
    [
        "events.example.com",
        "127.0.0.1:8080",
        "ftp://events.example.com",
        "https://",
        "https://a b.example",
        "https://iot_events.example",
        "https://-a.example",
        "https://a\n.example",
        "https://a..example",
        "https://[::1",
        "https://events.example.com:port",
        "https://events.example.com?stage=prod",
        "https://events.example.com#prod",
    ],
)
def test_endpoint_malformed(url: str) -> None:
    with pytest.raises(EndpointError, match="endpoint_url: '"):
        _endpoint(endpoint_url=url)


def test_endpoint_password_is_not_shown() -> None:
    with pytest.raises(EndpointError, match="names a user") as caught:
        _endpoint(endpoint_url="https://me:hunter2@events.example.com")
    assert "hunter2" not in str(caught.value)


def test_region_missing() -> None:
    session = boto3.Session("AKIDEXAMPLE", "secret")
    with pytest.raises(EndpointError, match=r"events\.example\.com does not tell it; pass region_name="):
        client(session=session, endpoint_url="https://events.example.com")
