"""CloudFormation templates: from their IoT Events resources to request bodies of the API.

In goes the decoded template and values for its parameters; out come the bodies with their paths, and for each
value that is known only after a deployment a placeholder or a finding. `template.py` is the entrance,
`intrinsics.py` has the functions, `symbols.py` the names that they refer to, `stand_ins.py` what stands for
unresolved ones.
"""
