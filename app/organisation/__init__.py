"""The people and how they are arranged.

Owns departments, grades, job roles and employees with their reporting lines; an employee may have a login.
Leaves what they are trained for to the contexts above.
"""
