"""The parameters file: values for the parameters of CloudFormation templates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iotevents.definitions.documents import DocumentError, read_document
from iotevents.errors import DefinitionsError, Finding

FORM = 'must be an object like {"Parameter": "value"}, or a list of {"ParameterKey": …, "ParameterValue": …}'


def read_parameters(file: Path) -> Mapping[str, Any]:
    """Return values by the names of parameters, resources (`Ref`) and attributes (`Role.Arn`, `Fn::GetAtt`).

    The file holds an object, also under a member `Parameters`, or the list that the AWS CLI takes. Raise
    DefinitionsError.
    Source: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack.html
    """
    try:
        document = read_document(file)
    except DocumentError as error:
        raise DefinitionsError([Finding(file.name, "", str(error))]) from error
    match document:
        case {"Parameters": dict() as values}:
            pass
        case dict() as values:
            pass
        case list() if all(isinstance(entry, dict) and "ParameterKey" in entry for entry in document):
            values = {str(entry["ParameterKey"]): entry.get("ParameterValue") for entry in document}
        case _:
            raise DefinitionsError([Finding(file.name, "", FORM)])
    return _checked(file.name, values)


def _checked(file: str, values: dict[Any, Any]) -> Mapping[str, Any]:
    wrong = [name for name, value in values.items() if not _usable(value)]
    if wrong:
        raise DefinitionsError(
            [Finding(file, str(name), "must be text, a number, or a list of them") for name in wrong]
        )
    return {str(name): value for name, value in values.items()}


def _usable(value: Any) -> bool:
    elements = value if isinstance(value, list) else [value]
    return all(isinstance(element, str | int | float) for element in elements)
