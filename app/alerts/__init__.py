"""Who is warned of an expiry, when, and who is told when that does not help.

Owns the thresholds' bookkeeping (each warning once, whatever happens to jobs), the escalation and the words.
Leaves the expiries to enrollments, what covers a course to enrollments and compliance, and the delivery to
notifications.
"""
