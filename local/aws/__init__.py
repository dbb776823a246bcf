"""The stack in an emulated AWS account on this machine, put there by the real CDK CLI."""
