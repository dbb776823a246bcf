"""Rejected records: in goes a record that can never be accepted, out goes a message to their queue.

`storing.py` is the entrance: it stores the records of an invocation; `encoder.py` makes a record a document,
`queue.py` sends documents; `decoder.py` reads them for `redrive` and is not part of an invocation.
"""
