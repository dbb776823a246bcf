"""The live system without HTTP: commands become transactions, each committed once.

The entrance is `service`: messages, operations on detectors and the passing of time go in, refusals come
out once the rest is durable. `transaction` evaluates what is committed together, `unit_of_work` collects its
changes, `outbox` delivers actions afterwards, `journal` writes what was accepted. `now` is an argument.
"""
