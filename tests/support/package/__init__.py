"""Distributions of this tree, clean environments that they are installed into, and programs run there.

`environments.py` is the entrance: in goes what to install, out comes an environment whose scripts can be run.
"""
