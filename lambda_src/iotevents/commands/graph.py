"""`python -m iotevents graph`: a detector model as a picture, in Mermaid's or Graphviz's language."""

import argparse
import logging
import sys
from pathlib import Path

from iotevents.commands.printing import print_lines
from iotevents.definitions.parameters import read_parameters
from iotevents.definitions.request_bodies import read_request_bodies
from iotevents.definitions.request_body import Kind
from iotevents.errors import DefinitionsError, Finding
from iotevents.inspection.graph import dot, mermaid
from iotevents.models import DetectorModel, read_model

logger = logging.getLogger(__name__)

FORMATS = {"mermaid": mermaid, "dot": dot}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = (
        "Print the detector models of a file as graphs: states, and transitions with their conditions."
    )
    parser.add_argument("--format", choices=FORMATS, default="mermaid", help="default: %(default)s")
    parser.add_argument("--parameters", type=Path, help="file with values for CloudFormation templates")
    parser.add_argument("file", type=Path, metavar="FILE", help="file with a detector model (JSON or YAML)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the graphs; return exit code 0. Raise DefinitionsError if the file has no valid model."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    draw = FORMATS[options.format]
    print_lines(draw(model) for model in _models(options.file, options.parameters))
    return 0


def _models(file: Path, parameters: Path | None) -> list[DetectorModel]:
    """Return the models of a file, which need not define the inputs that they use."""
    contents = read_request_bodies(file, read_parameters(parameters) if parameters else None, sketch=True)
    findings, models = contents.findings, []
    for body in contents.bodies:
        if body.kind is Kind.DETECTOR_MODEL:
            model, violations = read_model(body.value, role_required=False)
            findings += [body.finding(path, text) for path, text in violations]
            models += [model] if model else []
    for warning in contents.warnings:
        logger.warning("%s", warning)
    if not (models or findings):
        findings.append(Finding(file.name, "", "holds no detector model"))
    if findings:
        raise DefinitionsError(findings)
    return models
