"""Checks of commands that are not run: those that need minutes, an account or an engine."""

import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from tests.support.docs.markdown import ROOT
from tests.support.docs.tree import SCRIPTS, environment

CI = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
ASSIGNMENT = re.compile(r"[A-Z_]+=\$\((.*)\)$")
AWS_SERVICES = {"s3api": "s3"}
"""Names of the AWS CLI that botocore calls otherwise."""
AWS_GLOBAL = {"query", "output", "region", "profile"}


def lines_of(text: str) -> list[str]:
    """Return the commands of a block, one a line, without comments."""
    lines = (re.sub(r"\s+# .*$", "", line) for line in text.replace("\\\n", " ").splitlines())
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def ci_problems(text: str) -> list[str]:
    """Return the lines of a block that `.ci/run` does not have."""
    return [line for line in lines_of(text) if line not in CI]


def problems_of(text: str, folder: Path) -> list[str]:
    """Return what does not exist of the commands of a block: programs, targets, operations, options."""
    return [problem for line in lines_of(text) for problem in _problems(_inner(line), folder)]


def _inner(line: str) -> str:
    match = ASSIGNMENT.match(line)
    return match[1] if match else line


def _problems(line: str, folder: Path) -> Iterator[str]:
    program, *arguments = shlex.split(line)
    if program == "make":
        yield from _make_problems(arguments)
    elif program in SCRIPTS:
        yield from _script_problems(program, arguments, folder)
    elif program == "aws":
        yield from _aws_problems(*arguments)
    else:
        yield f"{program} is no command that can be checked"


def _make_problems(arguments: Sequence[str]) -> Iterator[str]:
    targets = set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE))
    for argument in arguments:
        name, is_variable, _ = argument.partition("=")
        if is_variable and f"$({name})" not in MAKEFILE:
            yield f"make knows no {name}"
        if not is_variable and name not in targets:
            yield f"make has no target {name}"


def _script_problems(program: str, arguments: Sequence[str], folder: Path) -> Iterator[str]:
    """Compare the options with those of the command's help."""
    help_text = help_of((program, arguments[0]), folder)
    known = set(re.findall(r"--[a-z-]+", help_text))
    for argument in arguments[1:]:
        if argument.startswith("--") and argument not in known:
            yield f"{program} {arguments[0]} has no {argument}"


@cache
def help_of(command: tuple[str, ...], folder: Path) -> str:
    """Return the help of a program or one of its commands, in a copy of the tree."""
    program, *names = command
    done = subprocess.run(
        [folder / ".venv" / "bin" / program, *names, "--help"],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"there is no {' '.join(command)}: {done.stderr}"
    return done.stdout


def _aws_problems(service: str, operation: str, *arguments: str) -> Iterator[str]:
    options = {argument.removeprefix("--") for argument in arguments if argument.startswith("--")}
    try:
        model = botocore.session.get_session().get_service_model(AWS_SERVICES.get(service, service))
    except UnknownServiceError:
        yield f"aws has no service {service}"
        return
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        yield f"aws {service} has no {operation}"
        return
    shape = model.operation_model(names[operation]).input_shape
    members = {xform_name(name, "-") for name in shape.members} if shape else set()
    yield from (
        f"aws {service} {operation} has no --{name}" for name in sorted(options - members - AWS_GLOBAL)
    )
