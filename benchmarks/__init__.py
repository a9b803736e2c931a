"""How quick TrainFlow is with a large tenant, as ratios to a floor that is timed in the same run.

`make bench` loads 20,000 employees, 200 courses and 400,000 enrollments, the same ones every time, into SQLite
and PostgreSQL and times what people wait for. Each figure stands beside the time of the least that any
program would have to do, so that the machine and its load cancel out, and beside a check that the answer
is right.
"""
