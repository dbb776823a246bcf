"""Commands of `make deploy` and `make destroy`: what they check and print before they run the CDK CLI.

The CLI's arguments go in, its exit code comes out. The entrances are `deploy.py` and `destroy.py`.
"""
