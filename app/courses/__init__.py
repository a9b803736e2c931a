"""What can be learned, and how long it lasts.

Owns the catalogue, prerequisites, equivalences and the validity policy of each course.
Leaves who completed what, and what follows from it, to enrollments.
"""
