"""Who did which course, when it was completed and until when that counts.

Owns enrollments, completions, their periods of validity, certificates and evidence.
Leaves what a course is to courses, and who must have which course to compliance.
"""
