"""botocore's loader of service models, without its long way round."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import ExtrasProcessor, Loader


class DirectLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """Goes straight to the folders of the service that is asked for.

    botocore's own lists the folders of all services first, for every type of model, only to name them should
    there be no such service: a tenth of a cold start.
    """

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """Return a model as botocore's loader does, and raise what it raises."""
        try:
            version = api_version or self.determine_latest_version(service_name, type_name)
            path = f"{service_name}/{version}/{type_name}"
            model = self.load_data(path)
        except DataNotFoundError:
            return super().load_service_model(service_name, type_name, api_version)
        ExtrasProcessor().process(model, self._extras(path))
        return model

    def _extras(self, path: str) -> Iterator[Any]:
        """Give what the SDKs add to a model."""
        for kind in self.extras_types:
            with suppress(DataNotFoundError):
                yield self.load_data(f"{path}.{kind}-extras")
