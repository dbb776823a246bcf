"""Definition files: every form in which people keep inputs and detector models.

In goes a folder of JSON and YAML files (request bodies, answers of describe operations, console exports,
CloudFormation templates) or a CDK assembly, and values for the templates' parameters; out come the inputs
and models, or all findings with file and path. `loading.py` is the entrance; `request_bodies.py` reads a
single file, `placeholders.py` says what stands for targets that no template names.
"""
