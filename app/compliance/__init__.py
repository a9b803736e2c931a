"""Who must have which course, and who lacks it.

Owns the training matrix: requirements, equivalent courses, waivers, coverage, and where people stood when.
Leaves what a certificate is worth on a day to enrollments, and every number about it to kpi.
"""
