"""The boto3 session of the process, with our service models."""

from typing import Any

import boto3

from iotevents_client.loader import DirectLoader
from iotevents_client.model_files import models_folder


def session() -> Any:
    """Return boto3's default session, made if there is none, which also knows the IoT Events services.

    Make other clients from it (`session().client("sqs")`) or with `boto3.client`, which is the same: a second
    session would read botocore's endpoint and service data once more. Raises no error of its own.
    """
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    return teach(boto3.DEFAULT_SESSION)


def teach(boto3_session: Any) -> Any:
    """Put our models first on the session's search path, once, and return the session."""
    core = core_of(boto3_session)
    known = core.get_component("data_loader").search_paths
    folder = str(models_folder())
    if folder not in known:
        # A loader remembers which services it saw; a new one also works for a session that was used before.
        loader = DirectLoader(extra_search_paths=[folder, *known], include_default_search_paths=False)
        core.register_component("data_loader", loader)
    return boto3_session


def core_of(boto3_session: Any) -> Any:
    """Return the botocore session under a boto3 session, which has no public name for it."""
    return boto3_session._session
