"""What the numbers are: every metric defined once, counted over what the asker may see, kept day by day.

Owns the definitions, the dashboards and the daily snapshots. Leaves to compliance what is required and how each
pair of person and course stands, and to the contexts below what a row behind a number means.
"""
