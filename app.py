"""The CDK app, run by the CDK CLI or as `python app.py`."""

import os
import sys

from infra.context import context_of, deployment_of
from infra.errors import InfraError
from infra.synthesis import make_app


def main() -> int:
    """Synthesize into the CLI's folder, or cdk.out; 1 and nothing written if the settings are wrong."""
    context = context_of(os.environ)
    try:
        deployment = deployment_of(context, os.environ)
    except InfraError as error:
        print(error, file=sys.stderr)
        return 1
    make_app(deployment, context, os.environ.get("CDK_OUTDIR", "cdk.out")).synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
