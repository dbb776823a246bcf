"""Durable state: detectors, what was accepted, deduplication keys, actions and definitions.

The contract is `store`, its entrance for callers; `sqlite` implements it in a file or in memory, `data_file`
reads such a file beside its server, `records` has what goes in (the changes of one commit) and comes out.
All of a commit is kept or nothing of it.
"""
