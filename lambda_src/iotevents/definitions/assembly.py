"""CDK assemblies (`cdk.out`): the request bodies of all their stacks, nested ones and stages included.

Source: https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from iotevents.definitions.cloudformation.intrinsics import plain
from iotevents.definitions.cloudformation.symbols import Unresolved
from iotevents.definitions.cloudformation.template import KINDS, Template
from iotevents.definitions.documents import Document, DocumentError, parse_document
from iotevents.definitions.folder import special_kind
from iotevents.definitions.request_bodies import FileContents, is_template, note_repeated
from iotevents.definitions.request_body import Kind
from iotevents.errors import Finding

MANIFEST: Final = "manifest.json"
STACK: Final = "AWS::CloudFormation::Stack"
ENVIRONMENT: Final = re.compile(r"aws://([^/]+)/([^/]+)")
MAX_CHAIN: Final = 3
"""How far values are followed from stack to stack, and nested stacks into themselves."""
UNKNOWN: Final = re.compile("unknown-.*")


@dataclass(slots=True)
class Stack:
    """Stack of an assembly: its name, its template, what is known of it, its nested stacks by logical id."""

    name: str
    file: str
    document: Document
    values: Mapping[str, Any]
    nested: dict[str, "Stack"] = field(default_factory=dict)


def is_assembly(folder: Path) -> bool:
    """Return whether a folder is an assembly of the CDK."""
    if not (folder / MANIFEST).is_file():
        return False
    try:
        content = parse_document(folder / MANIFEST).content
    except DocumentError:
        return False
    return (
        isinstance(content, Mapping)
        and "version" in content
        and isinstance(content.get("artifacts"), Mapping)
    )


def read_assembly(folder: Path, parameters: Mapping[str, Any] | None = None) -> FileContents:
    """Return the request bodies of all stacks of an assembly; `parameters` fill in their templates."""
    contents = FileContents()
    stacks = list(_stacks(folder, folder, contents))
    shared = _shared_inputs(stacks)
    exports: dict[str, Any] = {}
    for _ in range(MAX_CHAIN):
        for stack in stacks:
            template = _take(stack, {**exports, **stack.values, **(parameters or {})}, shared, FileContents())
            exports |= _exports(template)
    for stack in stacks:
        _take(stack, {**exports, **stack.values, **(parameters or {})}, shared, contents)
    return contents


def _stacks(root: Path, folder: Path, contents: FileContents) -> Iterator[Stack]:
    if not is_assembly(folder):
        contents.findings.append(
            Finding(_place(root, folder / MANIFEST), "", "is not an assembly's manifest")
        )
        return
    artifacts = parse_document(folder / MANIFEST).content["artifacts"]
    for name, artifact in artifacts.items():
        match artifact:
            case {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": str(file)} as properties,
            }:
                stack_name = str(properties.get("stackName", name))
                values = _environment(artifact) | {"AWS::StackName": stack_name}
                stack = _read(root, folder, file, stack_name, values, contents)
                if stack is not None:
                    yield stack
            case {"type": "cdk:cloud-assembly", "properties": {"directoryName": str(directory)}}:
                if Path(directory).name == directory:
                    yield from _stacks(root, folder / directory, contents)


def _environment(artifact: Mapping[str, Any]) -> dict[str, str]:
    """Return account and region of a stack, as far as the assembly knows them."""
    match = ENVIRONMENT.fullmatch(str(artifact.get("environment", "")))
    known = zip(("AWS::AccountId", "AWS::Region"), match.groups() if match else (), strict=False)
    return {name: value for name, value in known if not UNKNOWN.fullmatch(value)}


def _read(
    root: Path, folder: Path, file: str, name: str, values: Mapping[str, Any], contents: FileContents
) -> Stack | None:
    place = _place(root, folder / file)
    kind = special_kind(folder / file)
    if kind is not None:
        contents.findings.append(Finding(place, "", f"is a {kind}, which is not opened"))
        return None
    try:
        document = parse_document(folder / file)
    except DocumentError as error:
        contents.findings.append(Finding(place, "", str(error)))
        return None
    if not is_template(document.content):
        return None
    stack = Stack(name, place, document, values)
    for logical_id, nested_file in _nested_files(document.content["Resources"], _assets(folder)):
        if name.count(f"-{logical_id}") > MAX_CHAIN:
            continue
        own = {**values, "AWS::StackName": f"{name}-{logical_id}"}
        nested = _read(root, folder, nested_file, f"{name}-{logical_id}", own, contents)
        if nested is not None:
            stack.nested[logical_id] = nested
    return stack


def _nested_files(resources: Any, assets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the logical ids of nested stacks with the files of their templates.

    The metadata of the resource name the file; without them the asset does whose hash the URL has.
    """
    for logical_id, resource in resources.items() if isinstance(resources, Mapping) else ():
        match resource:
            case {"Type": type_, "Metadata": {"aws:asset:path": str(file)}} if type_ == STACK:
                yield str(logical_id), file
            case {"Type": type_, "Properties": {"TemplateURL": url}} if type_ == STACK:
                text = json.dumps(url)
                files = [file for asset, file in assets.items() if asset in text]
                yield from ((str(logical_id), file) for file in files[:1])


def _assets(folder: Path) -> dict[str, str]:
    """Return the files of an assembly's assets by their hashes."""
    assets: dict[str, str] = {}
    for file in sorted(folder.glob("*.assets.json")):
        try:
            content = parse_document(file).content if file.is_file() else None
        except DocumentError:
            continue
        match content:
            case {"files": Mapping() as files}:
                assets |= {str(asset): str(path) for asset, path in _sources(files)}
    return assets


def _sources(files: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for asset, description in files.items():
        match description:
            case {"source": {"path": str(path), "packaging": "file"}}:
                yield asset, path


def _place(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _shared_inputs(stacks: Iterable[Stack]) -> frozenset[str]:
    """Return the logical ids that inputs without a name have in more than one stack."""
    counts = Counter(logical_id for stack in stacks for logical_id in _unnamed_inputs(stack))
    return frozenset(logical_id for logical_id, count in counts.items() if count > 1)


def _unnamed_inputs(stack: Stack) -> Iterator[str]:
    resources = stack.document.content["Resources"]
    for logical_id, resource in resources.items() if isinstance(resources, Mapping) else ():
        match resource:
            case {"Type": str(type_), "Properties": {"InputName": _}} if KINDS.get(type_) is Kind.INPUT:
                pass
            case {"Type": str(type_)} if KINDS.get(type_) is Kind.INPUT:
                yield str(logical_id)
    for nested in stack.nested.values():
        yield from _unnamed_inputs(nested)


def _take(
    stack: Stack, values: Mapping[str, Any], shared: frozenset[str], contents: FileContents
) -> Template:
    """Add the bodies of a stack and of its nested stacks; return its template.

    The parameters of a nested stack come from the stack around it, whose attributes are its outputs.
    """
    outputs: dict[str, Any] = {}
    template = Template(stack.document.content, values, stack=stack.name, shared=shared, outputs=outputs)
    for logical_id, nested in stack.nested.items():
        passed = _passed(template, logical_id) | dict(nested.values) | _overrides(values, stack.values)
        child = _take(nested, passed, shared, contents)
        outputs |= {f"{logical_id}.Outputs.{name}": value for name, value in _outputs(child)}
    contents.add_template(stack.file, "", template)
    note_repeated(contents, stack.file, stack.document)
    return template


def _overrides(values: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in own}


def _passed(template: Template, logical_id: str) -> dict[str, Any]:
    match template.resources[logical_id]:
        case {"Properties": {"Parameters": Mapping() as parameters}}:
            return dict(_known(template, parameters))
    return {}


def _outputs(template: Template) -> Iterator[tuple[str, Any]]:
    outputs = template.document.get("Outputs")
    if isinstance(outputs, Mapping):
        values = {name: output["Value"] for name, output in outputs.items() if _has_value(output)}
        yield from _known(template, values)


def _exports(template: Template) -> dict[str, Any]:
    """Return the values that a stack exports, by the exports' names, as far as both are known."""
    outputs = template.document.get("Outputs")
    exports: dict[str, Any] = {}
    for output in outputs.values() if isinstance(outputs, Mapping) else ():
        match output:
            case {"Value": value, "Export": {"Name": name}}:
                both = dict(_known(template, {"name": name, "value": value}))
                if "value" in both:
                    exports |= {str(both["name"]): both["value"]} if "name" in both else {}
    return exports


def _has_value(output: Any) -> bool:
    return isinstance(output, Mapping) and "Value" in output


def _known(template: Template, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the values that are known without a deployment, by their names."""
    for name, value in values.items():
        try:
            yield str(name), plain(value, template.symbols)
        except Unresolved:
            continue
