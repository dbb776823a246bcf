"""FORWARDER_CONFIG: in goes its JSON document, out comes a checked `Config` or every problem by its key.

`config.py` is the entrance and has the table of keys, `routes.py` that of a route's keys; `schema.py` reads
an object by such a table, `validators.py` checks single values, `expressions.py` compiles JMESPath.
"""
