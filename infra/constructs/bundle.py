"""The function's bundle: our two packages, the pinned libraries, the configuration. No Docker and no boto3.

pip fetches wheels made for the function's platform, whatever Python runs it, and refuses any whose hash is
not in lambda_src/forwarder/requirements.txt. What differs from build to build is taken out again, so that the
same sources give the same content everywhere: bytecode, launchers (which hold a path) and pip's notes.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from infra.errors import BundleError

SOURCE = Path(__file__).parents[2] / "lambda_src"
PACKAGES = ("forwarder", "iotevents_client")
REQUIREMENTS = SOURCE / "forwarder" / "requirements.txt"
PYTHON = "3.14"
CONFIG_FILE = "config.json"
"""What FORWARDER_CONFIG says: the configuration's path in the bundle."""

_LEFT_OUT = ("__pycache__", "*.pyc", "py.typed", "requirements.in", "requirements.txt")
_NOTES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
_PLATFORMS = {
    "arm64": ("manylinux_2_28_aarch64", "manylinux2014_aarch64"),
    "x86_64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64"),
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """Content of the function's bundle."""

    architecture: Literal["arm64", "x86_64"]
    config: Mapping[str, Any]
    """The forwarder's configuration."""

    def digest(self) -> str:
        """Return the SHA-256 of all that decides the content, this recipe included."""
        digest = sha256()
        for name, content in self._inputs():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def build(self, target: Path) -> None:
        """Put the content into an existing folder; BundleError if the libraries cannot be had."""
        _install(self.architecture, target)
        _clean(target)
        for package in PACKAGES:
            shutil.copytree(SOURCE / package, target / package, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        (target / CONFIG_FILE).write_text(self._config_text(), encoding="utf-8")
        for path in target.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def code(self) -> lambda_.Code:
        """Return the function's code as an asset that is built when CDK needs it."""
        return lambda_.Code.from_asset(
            str(SOURCE),
            asset_hash=self.digest(),
            asset_hash_type=AssetHashType.CUSTOM,
            bundling=BundlingOptions(image=DockerImage.from_registry("none"), local=_Builder(self)),
        )

    def _inputs(self) -> Iterator[tuple[str, bytes]]:
        yield "architecture", self.architecture.encode()
        yield "config", self._config_text().encode()
        yield "recipe", Path(__file__).read_bytes()
        yield "requirements", REQUIREMENTS.read_bytes()
        for path in sorted(_sources()):
            yield path.relative_to(SOURCE).as_posix(), path.read_bytes()

    def _config_text(self) -> str:
        return json.dumps(self.config, indent=1, ensure_ascii=False) + "\n"


@jsii.implements(ILocalBundling)
class _Builder:
    """Local bundler. It raises rather than return False, upon which CDK would look for Docker."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def try_bundle(self, output_dir: str, options: BundlingOptions | None = None, **_: Any) -> bool:
        """Build into CDK's folder."""
        self._bundle.build(Path(output_dir))
        return True


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in (SOURCE / package).rglob("*"):
            if path.is_file() and not any(
                part.match(pattern) for pattern in _LEFT_OUT for part in (path, *path.parents)
            ):
                yield path


def _install(architecture: str, target: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    command += ["--require-hashes", "--requirement", str(REQUIREMENTS), "--target", str(target)]
    command += ["--implementation", "cp", "--python-version", PYTHON, "--only-binary=:all:"]
    for platform in _PLATFORMS[architecture]:
        command += ["--platform", platform]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundleError(
            f"pip could not install {REQUIREMENTS.name} into the bundle:\n{done.stderr.strip()}"
        )


def _clean(target: Path) -> None:
    shutil.rmtree(target / "bin", ignore_errors=True)
    for folder in target.rglob("__pycache__"):
        shutil.rmtree(folder)
    for notes in target.glob("*.dist-info"):
        for name in _NOTES:
            (notes / name).unlink(missing_ok=True)
