"""Moving rejected records on from their queue; the function itself needs nothing of it."""
