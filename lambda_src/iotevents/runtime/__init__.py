"""Many detectors of many models, with no I/O and no clock.

A message or a time (epoch milliseconds) goes in, with a registry of models and a repository of detectors.
Outcomes come out: evaluations with their effects, rejections, duplicates. The entrance is `runtime`;
`routing` finds the detectors that a message concerns, `timer_queue` those with a timer that is due.
"""
