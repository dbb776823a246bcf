"""The SDKs that `make .cache/sdks/ready` installs for the tests: the last ones that have the service."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / ".cache" / "sdks"
BOTO3 = FOLDER / "python"
"""An import root with boto3 and botocore 1.43.37. The packages of JavaScript lie in FOLDER itself."""


def install() -> None:
    """Install the SDKs, unless they are there."""
    subprocess.run(["make", "--no-print-directory", ".cache/sdks/ready"], cwd=ROOT, check=True)
