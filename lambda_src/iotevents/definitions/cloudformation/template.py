"""CloudFormation templates: the request bodies of their IoT Events resources.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IoTEvents.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iotevents.definitions.cloudformation.intrinsics import (
    DYNAMIC,
    called,
    dynamic,
    function_of,
    holds,
    plain,
)
from iotevents.definitions.cloudformation.stand_ins import leaving_member, sketched, stand_in, whole
from iotevents.definitions.cloudformation.symbols import (
    ASSUMED,
    MARK,
    NO_VALUE,
    PSEUDO_PARAMETERS,
    Symbols,
    Unresolved,
)
from iotevents.definitions.request_body import Kind

KINDS: Final = {
    "AWS::IoTEvents::Input": Kind.INPUT,
    "AWS::IoTEvents::DetectorModel": Kind.DETECTOR_MODEL,
    "AWS::IoTEvents::AlarmModel": Kind.ALARM_MODEL,
}
INTEGER: Final = re.compile(r"[0-9]{1,18}")
INTEGERS: Final = frozenset({"seconds", "severity"})
MAX_NAME: Final = 128
UNSAFE: Final = re.compile(r"\W+", re.ASCII)
BOOLEANS: Final = frozenset({"useBase64", "enabled", "disabledOnInitialization"})

Place = tuple[str, Kind, dict[str, Any]]
"""The path of a resource's properties, the kind of the body, the body."""


@dataclass(slots=True)
class Template:
    """Template with the values of its parameters; reading it collects `findings`, paths with texts.

    `unresolved` are the symbols that placeholders stand for. A `sketch` is for a graph: in it something
    stands for every unresolved value. `stack` names a stack of a CDK assembly: models without a name are
    named after it, and the inputs among `shared`. `outputs` are those of nested stacks, by
    `LogicalId.Outputs.Name`.
    """

    document: Mapping[str, Any]
    parameters: Mapping[str, Any]
    sketch: bool = False
    stack: str | None = None
    shared: frozenset[str] = frozenset()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    findings: list[tuple[str, str]] = field(default_factory=list)
    unresolved: dict[str, None] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(init=False)
    symbols: Symbols = field(init=False)

    def __post_init__(self) -> None:
        self.resources = self._section("Resources")
        values = PSEUDO_PARAMETERS | _defaults(self._section("Parameters")) | dict(self.parameters)
        self.symbols = Symbols(
            values,
            self._section("Mappings"),
            self._section("Conditions"),
            self._name,
            ASSUMED.difference(self.parameters),
        )

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
            with self.symbols.marked(allowed=self.sketch) as unresolved:
                return condition is None or holds(condition, self.symbols) or bool(unresolved)
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
            yield path, kind, {kind.name_member: self._default_name(kind, logical_id)} | value

    def _default_name(self, kind: Kind, logical_id: str) -> str:
        """Return the name of a resource without one; a stack's own name makes it unique in an assembly."""
        if self.stack is None:
            return logical_id
        if kind is Kind.INPUT:
            return UNSAFE.sub("_", f"{self.stack}_{logical_id}") if logical_id in self.shared else logical_id
        return f"{self.stack}-{logical_id}"[:MAX_NAME]

    def _name(self, logical_id: str) -> Any:
        match self.resources.get(logical_id):
            case {"Type": str(kind), "Properties": Mapping() as properties} if kind in KINDS:
                member = KINDS[kind].name_member
                name = plain(properties.get(member[0].upper() + member[1:]), self.symbols)
                if name is None or name is NO_VALUE:
                    return self._default_name(KINDS[kind], logical_id)
                return str(name)
        return self.outputs.get(logical_id)

    def _converted(self, path: str, value: Any, member: str) -> Any:
        """Convert a property to the API's form: keys in lower camel case, functions called, types fit."""
        if function_of(value) is not None or (isinstance(value, str) and DYNAMIC.search(value)):
            return self._called(path, value, member)
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
        return _fitted(member, sketched(member, value))

    def _called(self, path: str, value: Any, member: str) -> Any:
        leaving = leaving_member(path)
        try:
            with self.symbols.marked(allowed=self.sketch or leaving is not None) as unresolved:
                value = self._computed(value, unresolved)
        except Unresolved as error:
            self.findings.append((path, str(error)))
            return None
        if unresolved and leaving is not None:
            self.unresolved |= dict.fromkeys(unresolved)
            return stand_in(leaving, value if _is_marked(value) else whole(unresolved))
        if isinstance(value, str):
            return _fitted(member, sketched(member, value))
        return self._converted(path, value, member)

    def _computed(self, value: Any, unresolved: list[str]) -> Any:
        """Return the value of a function or dynamic reference, with marks; raise Unresolved."""
        name = function_of(value)
        try:
            value = called(name, value[name], self.symbols) if name else value
            value = dynamic(value, self.symbols) if isinstance(value, str) else value
            return whole(unresolved) if _is_cut(value) else value
        except Unresolved:
            if not unresolved:
                raise
            return whole(unresolved)


def _is_cut(value: Any) -> bool:
    """Return whether a text holds a part of a mark, which `Fn::Split` makes of one."""
    return isinstance(value, str) and not {"\ufdd0", "\ufdd1"}.isdisjoint(MARK.sub("", value))


def _is_marked(value: Any) -> bool:
    return isinstance(value, str) and MARK.search(value) is not None


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
