"""Sources: in goes the event that Lambda's poller sends, out come its records, taken out of their transport.

`events.py` is the entrance; `kpl.py` takes Kinesis aggregates apart, `base64_text.py` decodes base64.
"""
