"""CloudFormation templates: the request bodies of their IoT Events resources.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IoTEvents.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iotevents.definitions.cloudformation.intrinsics import called, function_of, holds, plain
from iotevents.definitions.cloudformation.symbols import NO_VALUE, PSEUDO_PARAMETERS, Symbols, Unresolved
from iotevents.definitions.request_body import Kind

KINDS: Final = {
    "AWS::IoTEvents::Input": Kind.INPUT,
    "AWS::IoTEvents::DetectorModel": Kind.DETECTOR_MODEL,
    "AWS::IoTEvents::AlarmModel": Kind.ALARM_MODEL,
}
INTEGER: Final = re.compile(r"[0-9]{1,18}")
INTEGERS: Final = frozenset({"seconds", "severity"})
BOOLEANS: Final = frozenset({"useBase64", "enabled", "disabledOnInitialization"})

Place = tuple[str, Kind, dict[str, Any]]
"""The path of a resource's properties, the kind of the body, the body."""


@dataclass(slots=True)
class Template:
    """Template with the values of its parameters; reading it collects `findings`, paths with texts."""

    document: Mapping[str, Any]
    parameters: Mapping[str, Any]
    findings: list[tuple[str, str]] = field(default_factory=list)
    resources: Mapping[str, Any] = field(init=False)
    symbols: Symbols = field(init=False)

    def __post_init__(self) -> None:
        self.resources = self._section("Resources")
        values = PSEUDO_PARAMETERS | _defaults(self._section("Parameters")) | dict(self.parameters)
        self.symbols = Symbols(values, self._section("Mappings"), self._section("Conditions"), self._name)

    def request_bodies(self) -> Iterator[Place]:
        """Yield the bodies of all IoT Events resources, in the order of the template.

        A resource without a name has its logical id as name. Numbers and Booleans where the API has text
        become text, and the other way round, as in CloudFormation.
        """
        for logical_id, resource in self.resources.items():
            path = f"Resources.{logical_id}"
            match resource:
                case {"Type": str(kind)} if kind in KINDS:
                    if self._exists(path, resource.get("Condition")):
                        yield from self._body(path, KINDS[kind], logical_id, resource.get("Properties"))
                case {"Type": str()}:
                    pass
                case _:
                    self.findings.append((path, "must be an object with a Type"))

    def _section(self, name: str) -> Mapping[str, Any]:
        section = self.document.get(name)
        if section is None:
            return {}
        if isinstance(section, Mapping):
            return section
        self.findings.append((name, "must be an object"))
        return {}

    def _exists(self, path: str, condition: Any) -> bool:
        try:
            return condition is None or holds(condition, self.symbols)
        except Unresolved as error:
            self.findings.append((f"{path}.Condition", str(error)))
            return False

    def _body(self, path: str, kind: Kind, logical_id: str, properties: Any) -> Iterator[Place]:
        path = f"{path}.Properties"
        before = len(self.findings)
        value = self._converted(path, properties, "")
        if not isinstance(value, dict):
            self.findings.append((path, "must be an object"))
        elif len(self.findings) == before:
            yield path, kind, {kind.name_member: logical_id} | value

    def _name(self, logical_id: str) -> str | None:
        match self.resources.get(logical_id):
            case {"Type": str(kind), "Properties": Mapping() as properties} if kind in KINDS:
                member = KINDS[kind].name_member
                name = plain(properties.get(member[0].upper() + member[1:]), self.symbols)
                return logical_id if name is None or name is NO_VALUE else str(name)
        return None

    def _converted(self, path: str, value: Any, member: str) -> Any:
        """Convert a property to the API's form: keys in lower camel case, functions called, types fit."""
        name = function_of(value)
        if name is not None:
            return self._called(path, name, value[name], member)
        if isinstance(value, Mapping):
            members = {
                str(key): self._converted(f"{path}.{key}", below, _small(str(key)))
                for key, below in value.items()
            }
            return {_small(key): below for key, below in members.items() if below is not NO_VALUE}
        if isinstance(value, list):
            elements = [
                self._converted(f"{path}[{index}]", below, member) for index, below in enumerate(value)
            ]
            return [below for below in elements if below is not NO_VALUE]
        return _fitted(member, value)

    def _called(self, path: str, name: str, argument: Any, member: str) -> Any:
        try:
            return self._converted(path, called(name, argument, self.symbols), member)
        except Unresolved as error:
            self.findings.append((path, str(error)))
            return None


def _small(key: str) -> str:
    return key[:1].lower() + key[1:]


def _fitted(member: str, value: Any) -> Any:
    if member in INTEGERS:
        return int(value) if isinstance(value, str) and INTEGER.fullmatch(value) else value
    if member in BOOLEANS:
        return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _defaults(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults of parameters, except of SSM parameters: theirs are names of values."""
    return {
        name: _listed(parameter["Default"], str(parameter.get("Type")))
        for name, parameter in parameters.items()
        if isinstance(parameter, Mapping)
        and "Default" in parameter
        and "SSM" not in str(parameter.get("Type"))
    }


def _listed(default: Any, kind: str) -> Any:
    if isinstance(default, str) and (kind == "CommaDelimitedList" or kind.startswith("List<")):
        return [part.strip() for part in default.split(",")]
    return default
