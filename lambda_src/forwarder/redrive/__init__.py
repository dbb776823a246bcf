"""Redrive: in go messages of the rejected-records queue, out go their records, to the source or the target.

`redrive.py` is the entrance; `queue_reader.py` receives and deletes the messages, `destination.py` is what
`to_source.py` and `to_target.py` have in common, `aws.py` makes clients.
"""
