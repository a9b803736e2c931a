"""Renewals of certificates that run out: who asks, who decides, and what became of it.

Owns requests, the chains of approval, their steps, decisions and timeline, and sees to it that every open step
has somebody who can decide it. Leaves the new enrollment itself to enrollments, and reporting lines and
absences to organisation.
"""
