"""Inspection of models and detectors, for people: why a detector is in its state, and models as graphs.

In go a model, a detector and the time; out come an Explanation (`explanation.py`, the entrance) and its lines
of text (`explanation_text.py`). From a model alone `graph.py` makes Mermaid or DOT text.
"""
