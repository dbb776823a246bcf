"""The real CDK CLI, on the project's unchanged app."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.commands.cli import CLI, NODE
from local.aws.account import REGION, Account
from local.demo.endpoint import ROOT


class CdkError(Exception):
    """The CDK CLI failed; the text is the end of its output."""


@dataclass(frozen=True, slots=True)
class Cdk:
    """CDK CLI for one account; cloud assemblies and outputs are kept in `folder`."""

    account: Account
    folder: Path

    def bootstrap(self) -> None:
        """Make the account ready for CDK."""
        account = self.account.client("sts").get_caller_identity()["Account"]
        self._run(
            "bootstrap", [f"aws://{account}/{REGION}", "--output", str(self.folder / "cdk.out-bootstrap")]
        )

    def deploy(self, stack: str, settings: Path) -> dict[str, str]:
        """Deploy a stack and return its outputs."""
        self._run("deploy", [*self._context(stack, settings), "--require-approval", "never"])
        return self.outputs(stack)

    def outputs(self, stack: str) -> dict[str, str]:
        """Return the outputs of a deployed stack."""
        (description,) = self.account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in description["Outputs"]}

    def destroy(self, stack: str, settings: Path) -> str:
        """Delete a stack as `make destroy` does; return what that prints."""
        command = [sys.executable, "-m", "infra.commands.destroy", *self._context(stack, settings), "--force"]
        return self._execute("destroy", command)

    def template(self, stack: str) -> Path:
        """Return the path of a deployed stack's template."""
        return self._assembly(stack) / f"{stack}.template.json"

    def _context(self, stack: str, settings: Path) -> list[str]:
        chosen = ["-c", f"stack={stack}", "-c", f"settings={settings}"]
        return [*chosen, "--output", str(self._assembly(stack))]

    def _assembly(self, stack: str) -> Path:
        return self.folder / f"cdk.out-{stack}"

    def _run(self, command: str, arguments: Sequence[str]) -> str:
        if not CLI.exists():
            raise CdkError(f"{CLI} is missing; `make e2e` and `make local-deploy` install it")
        return self._execute(command, [str(NODE), str(CLI), command, *arguments])

    def _execute(self, what: str, command: Sequence[str]) -> str:
        done = subprocess.run(
            [*command, "--no-color", "--no-notices"],
            cwd=ROOT,
            env=self.account.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise CdkError(f"cdk {what} failed:\n{done.stdout[-4000:]}")
        return done.stdout
