"""What the wheel and the source distribution hold."""

import re
import tarfile
import tomllib
from email import message_from_string
from email.message import Message
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from forwarder.__main__ import PACKAGES
from iotevents.__main__ import COMMANDS

from tests.support.package.environments import ROOT, uv

SOURCES = ROOT / "lambda_src"
PACKAGE_NAMES = ("forwarder", "iotevents", "iotevents_client")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names_in(wheel: Path) -> set[str]:
    """Return the paths of a wheel's files but for its notes."""
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def package_files() -> set[str]:
    """Return the paths that the wheel has to hold."""
    paths = (path for name in PACKAGE_NAMES for path in (SOURCES / name).rglob("*") if path.is_file())
    return {
        path.relative_to(SOURCES).as_posix()
        for path in paths
        if "__pycache__" not in path.parts and not path.match("requirements.*")
    }


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(archive.read(name).decode())


def name_of(requirement: str) -> str:
    """Return the normalized name of a requirement."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def required(extra: str) -> set[str]:
    """Return the names of the distributions that an extra asks for, extras of its own resolved."""
    names = set()
    for requirement in PROJECT["optional-dependencies"][extra]:
        nested = re.match(rf"{PROJECT['name']}\[([\w,]+)\]$", requirement)
        names |= set().union(*map(required, nested[1].split(","))) if nested else {name_of(requirement)}
    return names


def named_in(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {name_of(line) for line in lines if line and not line.startswith("#")}


def test_wheel_holds_the_packages_alone(wheel: Path) -> None:
    assert names_in(wheel) == package_files()


def test_wheel_holds_types_and_service_models(wheel: Path) -> None:
    model = "iotevents_client/models/iotevents-data/2018-10-23/service-2.json"
    assert {model, *(f"{name}/py.typed" for name in PACKAGE_NAMES)} <= names_in(wheel)


def test_wheel_describes_itself(metadata: Message) -> None:
    assert (metadata["Name"], metadata["Version"]) == ("iot-events-forwarder", "0.1.0")
    assert (metadata["License-Expression"], metadata["Requires-Python"]) == ("Apache-2.0", ">=3.11")
    assert metadata["License-File"] == "LICENSE"
    assert str(metadata.get_payload()) == (ROOT / "README.md").read_text()
    assert set(metadata.get_all("Provides-Extra", [])) == {"server", "client", "forwarder", "all"}


def test_sdist_gives_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    uv("build", "--wheel", "--out-dir", tmp_path, sdist)
    (again,) = tmp_path.glob("*.whl")
    assert again.read_bytes() == wheel.read_bytes()


def test_sdist_holds_what_a_wheel_is_made_of(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    beside = {name for name in names if not name.startswith("lambda_src/")}
    notes = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
    assert beside == notes
    assert {f"lambda_src/{name}" for name in package_files()} <= names


def test_build_leaves_nothing_in_the_tree(wheel: Path, sdist: Path) -> None:
    assert wheel.exists()
    assert sdist.exists()
    assert [name for name in ("build", "dist") if (ROOT / name).exists()] == []
    assert list(ROOT.rglob("*.egg-info")) == []


def test_extra_has_what_its_commands_ask_for() -> None:
    assert {name_of(name) for name in COMMANDS["serve"].packages} <= required("server")
    assert set(map(name_of, PACKAGES)) == required("forwarder")
    assert required("all") == required("forwarder") | required("server")


def test_dependency_is_named_once() -> None:
    base = set(map(name_of, PROJECT["dependencies"]))
    extras = [required(extra) for extra in ("server", "forwarder")]
    lists = [base, *extras, named_in("requirements.in"), named_in("local/requirements.in")]
    assert sum(map(len, lists)) == len(set().union(*lists))


def test_pinned_list_has_every_dependency() -> None:
    pinned = named_in("requirements.txt")
    wanted = set(map(name_of, PROJECT["dependencies"])) | required("all")
    assert wanted | named_in("requirements.in") | named_in("local/requirements.in") <= pinned
