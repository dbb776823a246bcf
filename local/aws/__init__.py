"""The stack in an emulated AWS account on this machine, deployed by the real CDK CLI.

Settings and a scenario of the demo go in; a deployed stack, and checks of it, come out. The entrances are
`e2e.py` (deploy, send, check, destroy) and `sandbox.py` (an account that stays).
"""
