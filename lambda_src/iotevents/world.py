"""Which inputs and detector models there are, and where messages go."""

from collections.abc import Iterable

from iotevents.models import DetectorModel
from iotevents.routing import routes


class World:
    """The models by name, the names of the inputs, and the models that each input concerns."""

    def __init__(self, models: Iterable[DetectorModel], inputs: Iterable[str]) -> None:
        self.models = {model.name: model for model in models}
        self.inputs = frozenset(inputs)
        self.routes = routes(self.models.values())
