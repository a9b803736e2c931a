"""Expiries in people's own calendars, by a secret link that they can renew and revoke.

Owns the links and what a calendar is told. Leaves who sees whom to organisation and the expiries themselves
to enrollments.
"""
