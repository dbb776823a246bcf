"""Our loader gives what botocore's gives, of all services, without looking at all of them."""

from pathlib import Path

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from iotevents_client.loader import DirectLoader
from iotevents_client.model_files import models_folder


@pytest.mark.parametrize(
    ("service", "type_name", "version"),
    [
        ("sqs", "service-2", None),
        ("sqs", "endpoint-rule-set-1", None),
        ("cloudfront", "paginators-1", None),  # of many versions
        ("cloudfront", "paginators-1", "2016-01-28"),
        ("ce", "paginators-1", None),  # the SDKs add to it
    ],
)
def test_loader_agrees_with_botocore(service: str, type_name: str, version: str | None) -> None:
    given = DirectLoader().load_service_model(service, type_name, version)
    assert given == Loader().load_service_model(service, type_name, version)
    assert given


@pytest.mark.parametrize("version", [None, "2018-10-23"])
def test_loader_lists_no_services(version: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Loader, type_name: str) -> None:
        raise AssertionError("all services were listed")

    monkeypatch.setattr(Loader, "list_available_services", refuse)
    loader = DirectLoader(extra_search_paths=[str(models_folder())])
    model = loader.load_service_model("iotevents-data", "service-2", version)
    assert model["metadata"]["serviceId"] == "IoT Events Data"


def test_loader_names_the_services_there_are(tmp_path: Path) -> None:
    loader = DirectLoader(extra_search_paths=[str(models_folder())], include_default_search_paths=False)
    with pytest.raises(UnknownServiceError, match=r"'nonsense'. Valid service names are: iotevents-data"):
        loader.load_service_model("nonsense", "service-2")
    with pytest.raises(DataNotFoundError):
        loader.load_service_model("iotevents-data", "service-2", "1999-01-01")
