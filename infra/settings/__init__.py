"""Settings of a deployment, checked without CDK.

A JSON document goes in; a `Settings` value comes out, or a SettingsError with all problems by key. The
entrance is `settings.py`; `rules.py` checks settings against each other, `warnings.py` warns.
"""
