"""Routing: in goes a record, out come its messages, or the problems why there are none.

`router.py` is the entrance; `record_view.py` is the document that expressions read, `message_ids.py` makes a
member of a message.
"""
