"""What every context stands on and no context owns.

Owns the session and its tenant fence, the unit of work, errors, the clock, jobs, files, logging and the
thin layer over Flask-AppBuilder. Leaves every business word to the contexts above it.
"""
