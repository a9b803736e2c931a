"""What TrainFlow does by itself, for those who look after it.

Owns the record of what ran for a tenant (kept in the database, so that it outlives Redis), the job page and
its REST twin. Leaves the mechanism to app.platform.jobs and app.platform.schedule, and every job to the
context whose work it is.
"""
