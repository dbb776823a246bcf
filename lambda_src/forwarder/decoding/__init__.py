"""Decoding: in go the bytes of a record's body, out comes its JSON value, without compression and envelope.

`envelopes.py` is the entrance; `body.py` recognises gzip, zlib and base64, `strict_json.py` reads and writes
JSON.
"""
