from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.iotevents.sdks.installed import install
from tests.iotevents.sdks.sdk import KINDS, Kind, Sdk


@pytest.fixture(scope="session", params=KINDS, ids=str)
def sdk(request: pytest.FixtureRequest) -> Iterator[Sdk]:
    """Each of the SDKs in turn; its program runs for all tests."""
    kind: Kind = request.param
    install()
    if kind.packages and not kind.packages.exists():
        pytest.skip(f"{kind} is not installed; `make sdks` says why")
    with closing(Sdk(kind)) as one:
        yield one
