"""Recordings of messages, and their replay through the models on a simulated clock.

In go messages files (`messages_file.py`) or CSV (`csv_file.py`), models and inputs; out comes a record of
each evaluation and of each message that was not evaluated (`records.py`, `debug_log.py`). `replay.py` is
the entrance.
"""
