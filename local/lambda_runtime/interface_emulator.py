"""Lambda's runtime interface emulator, whose program is put beside Python's own.

    python -m local.lambda_runtime.interface_emulator

The program comes out of the wheel of aws-sam-cli; nothing else of that package is installed. It exists for
Linux on x86-64 and arm64.
"""

import hashlib
import platform
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from zipfile import ZipFile

PACKAGE = "aws-sam-cli==1.170.0"
FOLDER_IN_WHEEL = "samcli/local/rapid"
_MACHINES = {
    "x86_64": ("aws-lambda-rie-x86_64", "6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5"),
    "aarch64": ("aws-lambda-rie-arm64", "ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21"),
}
"""File name in the wheel and SHA-256, by machine."""


class EmulatorError(Exception):
    """The emulator could not be had, or did not start."""


def path() -> Path | None:
    """Return the emulator's program, or None where it was not fetched (or cannot run)."""
    program = _place()
    return program if program.exists() and _supported() else None


def fetch() -> Path | None:
    """Fetch the program if it is not there and return its path; None if there is none for this machine.

    Raises EmulatorError if the package index does not give the package, or a file of another content.
    """
    if not _supported():
        return None
    if not _place().exists():
        with tempfile.TemporaryDirectory() as folder:
            _install(_program_of(_download(Path(folder))))
    return _place()


def main() -> int:
    """Fetch the program; what the demo can do without is no failure."""
    try:
        program = fetch()
    except EmulatorError as error:
        print(f"no runtime interface emulator: {error}", file=sys.stderr)
        return 0
    print(f"runtime interface emulator: {program or 'none for this machine'}")
    return 0


def _place() -> Path:
    return Path(sysconfig.get_path("scripts")) / "aws-lambda-rie"


def _supported() -> bool:
    return sys.platform == "linux" and platform.machine() in _MACHINES


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EmulatorError(f"pip could not download {PACKAGE}: {done.stderr.strip().splitlines()[-1:]}")
    return next(folder.glob("*.whl"))


def _program_of(wheel: Path) -> bytes:
    name, digest = _MACHINES[platform.machine()]
    with ZipFile(wheel) as archive:
        program = archive.read(f"{FOLDER_IN_WHEEL}/{name}")
    if hashlib.sha256(program).hexdigest() != digest:
        raise EmulatorError(f"{name} in {PACKAGE} has not the content that was pinned")
    return program


def _install(program: bytes) -> None:
    """Write the program under another name first, so that a half-written one is never run."""
    half = _place().with_suffix(".part")
    half.write_bytes(program)
    half.chmod(0o755)
    half.replace(_place())


if __name__ == "__main__":
    sys.exit(main())
