"""CDK constructs: the parts of the stack, one resource with its permissions each.

Checked settings (`infra.settings`) go in, CloudFormation resources come out. `infra/stack.py` puts them
together; there is no entrance of its own.
"""
