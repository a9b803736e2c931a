"""The validity rules as examples, worked out by hand from docs/validity.md, one a line.

Policies read as `rolling 12m grace 30`, `rolling 90d`, `anniversary 12m -60 +30` (window of 60 days before
and 30 days after the expiry), `fixed 12-31 lead 60` (month-day) and `never`.
"""
# ruff: noqa: E501 (a table reads best a line a case)

# name | policy | completed on | expires on (the last valid day)
EXPIRIES = """
# Calendar months
a year                                | rolling 12m  | 2025-01-01 | 2026-01-01
a year from an ordinary day           | rolling 12m  | 2025-03-14 | 2026-03-14
a year from new year's eve            | rolling 12m  | 2025-12-31 | 2026-12-31
two years                             | rolling 24m  | 2025-03-14 | 2027-03-14
three years over a leap year          | rolling 36m  | 2023-11-21 | 2026-11-21
half a year                           | rolling 6m   | 2025-01-15 | 2025-07-15
half a year over new year             | rolling 6m   | 2025-09-10 | 2026-03-10
a quarter over new year               | rolling 3m   | 2025-11-05 | 2026-02-05
a quarter that ends in december       | rolling 3m   | 2025-09-05 | 2025-12-05
eighteen months                       | rolling 18m  | 2025-05-20 | 2026-11-20
a month from december                 | rolling 1m   | 2025-12-15 | 2026-01-15
a month from november                 | rolling 1m   | 2025-11-15 | 2025-12-15
a month from new year's eve           | rolling 1m   | 2025-12-31 | 2026-01-31
five years                            | rolling 60m  | 2021-06-30 | 2026-06-30
ten years                             | rolling 120m | 2016-08-09 | 2026-08-09
fifty years                           | rolling 600m | 2025-01-01 | 2075-01-01

# Month ends
31 january + 1, common year           | rolling 1m   | 2025-01-31 | 2025-02-28
31 january + 1, leap year             | rolling 1m   | 2024-01-31 | 2024-02-29
30 january + 1, common year           | rolling 1m   | 2025-01-30 | 2025-02-28
30 january + 1, leap year             | rolling 1m   | 2024-01-30 | 2024-02-29
29 january + 1, common year           | rolling 1m   | 2025-01-29 | 2025-02-28
29 january + 1, leap year             | rolling 1m   | 2024-01-29 | 2024-02-29
28 january + 1, common year           | rolling 1m   | 2025-01-28 | 2025-02-28
28 january + 1, leap year             | rolling 1m   | 2024-01-28 | 2024-02-28
31 march + 1                          | rolling 1m   | 2025-03-31 | 2025-04-30
31 may + 1                            | rolling 1m   | 2025-05-31 | 2025-06-30
31 july + 1                           | rolling 1m   | 2025-07-31 | 2025-08-31
31 august + 1                         | rolling 1m   | 2025-08-31 | 2025-09-30
31 october + 1                        | rolling 1m   | 2025-10-31 | 2025-11-30
30 april + 1 is not the month's end   | rolling 1m   | 2025-04-30 | 2025-05-30
28 february + 1 is not the month's end| rolling 1m   | 2025-02-28 | 2025-03-28
29 february + 1                       | rolling 1m   | 2024-02-29 | 2024-03-29
30 november + 3, common year          | rolling 3m   | 2025-11-30 | 2026-02-28
30 november + 3, leap year            | rolling 3m   | 2023-11-30 | 2024-02-29
31 august + 6, common year            | rolling 6m   | 2025-08-31 | 2026-02-28
31 august + 6, leap year              | rolling 6m   | 2023-08-31 | 2024-02-29
31 august + 18                        | rolling 18m  | 2024-08-31 | 2026-02-28
31 december + 2, common year          | rolling 2m   | 2025-12-31 | 2026-02-28
31 december + 2, leap year            | rolling 2m   | 2023-12-31 | 2024-02-29
31 march + 18                         | rolling 18m  | 2025-03-31 | 2026-09-30

# 29 February
29 february + 12                      | rolling 12m  | 2024-02-29 | 2025-02-28
29 february + 24                      | rolling 24m  | 2024-02-29 | 2026-02-28
29 february + 36                      | rolling 36m  | 2024-02-29 | 2027-02-28
29 february + 48, leap to leap        | rolling 48m  | 2024-02-29 | 2028-02-29
29 february + 6                       | rolling 6m   | 2024-02-29 | 2024-08-29
28 february to a leap year            | rolling 12m  | 2027-02-28 | 2028-02-28
28 february of a leap year            | rolling 12m  | 2024-02-28 | 2025-02-28
1 march of a leap year                | rolling 12m  | 2024-03-01 | 2025-03-01
2100 is no leap year                  | rolling 48m  | 2096-02-29 | 2100-02-28
over 2100 to 2104                     | rolling 96m  | 2096-02-29 | 2104-02-29
31 january 2100 + 1                   | rolling 1m   | 2100-01-31 | 2100-02-28
2000 is a leap year                   | rolling 1m   | 2000-01-31 | 2000-02-29
the calendar's last day               | rolling 12m  | 9999-12-31 | 9999-12-31

# Days
90 days                               | rolling 90d  | 2025-01-01 | 2025-04-01
90 days over 29 february              | rolling 90d  | 2024-01-01 | 2024-03-31
365 days                              | rolling 365d | 2025-01-01 | 2026-01-01
365 days in a leap year               | rolling 365d | 2024-01-01 | 2024-12-31
365 days from 29 february             | rolling 365d | 2024-02-29 | 2025-02-28
366 days from 29 february             | rolling 366d | 2024-02-29 | 2025-03-01
730 days without a leap day           | rolling 730d | 2025-03-14 | 2027-03-14
730 days with a leap day              | rolling 730d | 2023-03-14 | 2025-03-13
one day                               | rolling 1d   | 2025-12-31 | 2026-01-01
a week over february's end            | rolling 7d   | 2025-02-25 | 2025-03-04
30 days from 31 january               | rolling 30d  | 2025-01-31 | 2025-03-02
30 days from 31 january, leap year    | rolling 30d  | 2024-01-31 | 2024-03-01
180 days                              | rolling 180d | 2025-03-01 | 2025-08-28

# Never
never                                 | never        | 2025-01-01 | never
never from 29 february                | never        | 2024-02-29 | never
grace does not make never end         | never grace 30 | 2025-01-01 | never

# Fixed day
fixed, in the middle of the year      | fixed 12-31  | 2025-06-01 | 2025-12-31
fixed, on the first of january        | fixed 12-31  | 2025-01-01 | 2025-12-31
fixed, the day before                 | fixed 12-31  | 2025-12-30 | 2025-12-31
fixed, on the day                     | fixed 12-31  | 2025-12-31 | 2026-12-31
fixed, the day before, in march       | fixed 03-31  | 2025-03-30 | 2025-03-31
fixed, on the day, in march           | fixed 03-31  | 2025-03-31 | 2026-03-31
fixed, the day after                  | fixed 03-31  | 2025-04-01 | 2026-03-31
fixed, long after                     | fixed 03-31  | 2025-12-31 | 2026-03-31
fixed new year's day, the eve         | fixed 01-01  | 2024-12-31 | 2025-01-01
fixed new year's day, on the day      | fixed 01-01  | 2025-01-01 | 2026-01-01
fixed new year's day, the day after   | fixed 01-01  | 2025-01-02 | 2026-01-01
fixed 30 april, on the day            | fixed 04-30  | 2025-04-30 | 2026-04-30
lead 60, one day too early            | fixed 12-31 lead 60  | 2025-10-31 | 2025-12-31
lead 60, its first day                | fixed 12-31 lead 60  | 2025-11-01 | 2026-12-31
lead 60, the day before               | fixed 12-31 lead 60  | 2025-12-30 | 2026-12-31
lead 60, on the day                   | fixed 12-31 lead 60  | 2025-12-31 | 2026-12-31
lead 60, the day after                | fixed 12-31 lead 60  | 2026-01-01 | 2026-12-31
lead over new year, too early         | fixed 01-15 lead 30  | 2025-12-15 | 2026-01-15
lead over new year, its first day     | fixed 01-15 lead 30  | 2025-12-16 | 2027-01-15
lead over new year, the day before    | fixed 01-15 lead 30  | 2026-01-14 | 2027-01-15
lead over new year, on the day        | fixed 01-15 lead 30  | 2026-01-15 | 2027-01-15
lead over new year, the day after     | fixed 01-15 lead 30  | 2026-01-16 | 2027-01-15
lead 90 from 31 march, too early      | fixed 03-31 lead 90  | 2024-12-30 | 2025-03-31
lead 90 from 31 march, first day      | fixed 03-31 lead 90  | 2024-12-31 | 2026-03-31
lead 90 with 29 february, too early   | fixed 03-31 lead 90  | 2023-12-31 | 2024-03-31
lead 90 with 29 february, first day   | fixed 03-31 lead 90  | 2024-01-01 | 2025-03-31
longest lead, its first day           | fixed 12-31 lead 364 | 2025-01-01 | 2026-12-31
longest lead, leap year, too early    | fixed 12-31 lead 364 | 2024-01-01 | 2024-12-31
fixed 29 february, before a leap one  | fixed 02-29  | 2023-06-01 | 2024-02-29
fixed 29 february, before a common one| fixed 02-29  | 2024-06-01 | 2025-02-28
fixed 29 february, on 28, leap year   | fixed 02-29  | 2024-02-28 | 2024-02-29
fixed 29 february, on the day         | fixed 02-29  | 2024-02-29 | 2025-02-28
fixed 29 february, on 27, common year | fixed 02-29  | 2025-02-27 | 2025-02-28
fixed 29 february, on 28, common year | fixed 02-29  | 2025-02-28 | 2026-02-28
fixed 29 february, on 1 march         | fixed 02-29  | 2025-03-01 | 2026-02-28
fixed 29 february, common to leap     | fixed 02-29  | 2027-02-28 | 2028-02-29
fixed 29 february, 1 march to leap    | fixed 02-29  | 2027-03-01 | 2028-02-29
fixed 29 february, to 2100            | fixed 02-29  | 2099-03-01 | 2100-02-28
fixed 28 february, on 29              | fixed 02-28  | 2024-02-29 | 2025-02-28
fixed 28 february, to a leap year     | fixed 02-28  | 2023-05-01 | 2024-02-28

# The first completion under an anniversary policy
first, anniversary                    | anniversary 12m -60 +30 | 2025-03-14 | 2026-03-14
first, anniversary, 29 february       | anniversary 12m -60 +30 | 2024-02-29 | 2025-02-28
first, anniversary in days            | anniversary 90d -20 +10 | 2025-01-01 | 2025-04-01
"""

# name | policy | completions, as recorded | their expiries, by completion date | a reason for the last one
CHAINS = """
# The window of 60 days before and 30 after 14 March 2026 is 13 January to 13 April
12 days early             | anniversary 12m -60 +30 | 2025-03-14, 2026-03-02 | 2026-03-14, 2027-03-14 | kept_early
first day of the window   | anniversary 12m -60 +30 | 2025-03-14, 2026-01-13 | 2026-03-14, 2027-03-14 | kept_early
a day before the window   | anniversary 12m -60 +30 | 2025-03-14, 2026-01-12 | 2026-03-14, 2027-01-12 | rolled_early
the day before expiry     | anniversary 12m -60 +30 | 2025-03-14, 2026-03-13 | 2026-03-14, 2027-03-14 | kept_early
on the last valid day     | anniversary 12m -60 +30 | 2025-03-14, 2026-03-14 | 2026-03-14, 2027-03-14 | kept_on_the_day
a day late                | anniversary 12m -60 +30 | 2025-03-14, 2026-03-15 | 2026-03-14, 2027-03-14 | kept_late
last day of the window    | anniversary 12m -60 +30 | 2025-03-14, 2026-04-13 | 2026-03-14, 2027-03-14 | kept_late
a day after the window    | anniversary 12m -60 +30 | 2025-03-14, 2026-04-14 | 2026-03-14, 2027-04-14 | rolled_late
years late                | anniversary 12m -60 +30 | 2025-03-14, 2029-08-01 | 2026-03-14, 2030-08-01 | rolled_late
the day after the first   | anniversary 12m -60 +30 | 2025-03-14, 2025-03-15 | 2026-03-14, 2026-03-15 | rolled_early
half a year early         | anniversary 12m -60 +30 | 2025-03-14, 2025-09-01 | 2026-03-14, 2026-09-01 | rolled_early

# Two renewals in one window do not add up
twice early               | anniversary 12m -60 +30 | 2025-03-14, 2026-02-01, 2026-02-15 | 2026-03-14, 2027-03-14, 2027-03-14 | kept_already
early and late            | anniversary 12m -60 +30 | 2025-03-14, 2026-02-01, 2026-04-01 | 2026-03-14, 2027-03-14, 2027-03-14 | kept_already
twice late                | anniversary 12m -60 +30 | 2025-03-14, 2026-03-20, 2026-04-10 | 2026-03-14, 2027-03-14, 2027-03-14 | kept_already
on consecutive days       | anniversary 12m -60 +30 | 2025-03-14, 2026-03-02, 2026-03-03 | 2026-03-14, 2027-03-14, 2027-03-14 | kept_already
three times               | anniversary 12m -60 +30 | 2025-03-14, 2026-01-20, 2026-02-20, 2026-03-20 | 2026-03-14, 2027-03-14, 2027-03-14, 2027-03-14 | kept_already
again, window just over   | anniversary 12m -60 +30 | 2025-03-14, 2026-02-01, 2026-04-14 | 2026-03-14, 2027-03-14, 2027-04-14 | rolled_early
again, in the next window | anniversary 12m -60 +30 | 2025-03-14, 2026-02-01, 2027-02-01 | 2026-03-14, 2027-03-14, 2028-03-14 | kept_early
twice, then next window   | anniversary 12m -60 +30 | 2025-03-14, 2026-02-01, 2026-02-15, 2027-03-01 | 2026-03-14, 2027-03-14, 2027-03-14, 2028-03-14 | kept_early
wide window, first day    | anniversary 12m -300 +35 | 2025-01-01, 2025-03-07 | 2026-01-01, 2027-01-01 | kept_early
wide window, again        | anniversary 12m -300 +35 | 2025-01-01, 2025-03-07, 2025-03-08 | 2026-01-01, 2027-01-01, 2027-01-01 | kept_already
wide window, last day     | anniversary 12m -300 +35 | 2025-01-01, 2025-03-07, 2026-02-05 | 2026-01-01, 2027-01-01, 2027-01-01 | kept_already
wide window, just over    | anniversary 12m -300 +35 | 2025-01-01, 2025-03-07, 2026-02-06 | 2026-01-01, 2027-01-01, 2027-02-06 | rolled_early
wide window, next one     | anniversary 12m -300 +35 | 2025-01-01, 2025-03-07, 2026-03-07 | 2026-01-01, 2027-01-01, 2028-01-01 | kept_early

# Chains
four renewals in time     | anniversary 12m -60 +30 | 2025-03-14, 2026-03-01, 2027-03-10, 2028-03-14, 2029-02-14 | 2026-03-14, 2027-03-14, 2028-03-14, 2029-03-14, 2030-03-14 | kept_early
too early starts a new one| anniversary 12m -60 +30 | 2025-03-14, 2025-10-01, 2026-09-20 | 2026-03-14, 2026-10-01, 2027-10-01 | kept_early
the old one is then gone  | anniversary 12m -60 +30 | 2025-03-14, 2025-10-01, 2026-03-01 | 2026-03-14, 2026-10-01, 2027-03-01 | rolled_early
too late starts a new one | anniversary 12m -60 +30 | 2025-03-14, 2026-06-01, 2027-05-15 | 2026-03-14, 2027-06-01, 2028-06-01 | kept_early
recorded out of order     | anniversary 12m -60 +30 | 2026-03-02, 2025-03-14 | 2026-03-14, 2027-03-14 | kept_early
three out of order        | anniversary 12m -60 +30 | 2027-03-10, 2025-03-14, 2026-03-01 | 2026-03-14, 2027-03-14, 2028-03-14 | kept_early
same day twice            | anniversary 12m -60 +30 | 2025-03-14, 2025-03-14 | 2026-03-14, 2026-03-14 | first
same day, one is stated   | anniversary 12m -60 +30 | 2025-03-14 states 2025-03-30, 2025-03-14 | 2025-03-30, 2026-03-14 | first
renewed twice on one day  | anniversary 12m -60 +30 | 2025-03-14, 2026-03-02, 2026-03-02 | 2026-03-14, 2027-03-14, 2027-03-14 | kept_early
no window, on the day     | anniversary 12m -0 +0 | 2025-03-14, 2026-03-14 | 2026-03-14, 2027-03-14 | kept_on_the_day
no window, a day early    | anniversary 12m -0 +0 | 2025-03-14, 2026-03-13 | 2026-03-14, 2027-03-13 | rolled_early
no window, a day late     | anniversary 12m -0 +0 | 2025-03-14, 2026-03-15 | 2026-03-14, 2027-03-15 | rolled_late
one of them never ends    | anniversary 12m -60 +30 | 2024-01-10 states 9999-12-31, 2025-03-14, 2026-03-02 | never, 2026-03-14, 2027-03-02 | no_anniversary
two year anniversary      | anniversary 24m -90 +30 | 2024-03-14, 2026-01-10 | 2026-03-14, 2028-03-14 | kept_early

# The day of the month is remembered
29 february, one renewal  | anniversary 12m -60 +30 | 2024-02-29, 2025-02-20 | 2025-02-28, 2026-02-28 | short_month
29 february comes back    | anniversary 12m -60 +30 | 2024-02-29, 2025-02-20, 2026-02-20, 2027-02-20 | 2025-02-28, 2026-02-28, 2027-02-28, 2028-02-29 | anchor_day
29 february goes again    | anniversary 12m -60 +30 | 2024-02-29, 2025-02-20, 2026-02-20, 2027-02-20, 2028-02-20 | 2025-02-28, 2026-02-28, 2027-02-28, 2028-02-29, 2029-02-28 | short_month
29 february, a day late   | anniversary 12m -60 +30 | 2024-02-29, 2025-03-01 | 2025-02-28, 2026-02-28 | kept_late
29 february, two years    | anniversary 24m -90 +30 | 2024-02-29, 2026-02-01 | 2026-02-28, 2028-02-29 | anchor_day
29 february, not in 2100  | anniversary 12m -60 +30 | 2096-02-29, 2097-02-28, 2098-02-28, 2099-02-28, 2100-02-28 | 2097-02-28, 2098-02-28, 2099-02-28, 2100-02-28, 2101-02-28 | kept_on_the_day
31 august, half years     | anniversary 6m -30 +15 | 2025-08-31, 2026-02-20 | 2026-02-28, 2026-08-31 | anchor_day
31 january, every month   | anniversary 1m -5 +3 | 2025-01-31, 2025-02-26, 2025-03-30, 2025-04-28 | 2025-02-28, 2025-03-31, 2025-04-30, 2025-05-31 | anchor_day
30 november, quarters     | anniversary 3m -14 +7 | 2025-11-30, 2026-02-25, 2026-05-28 | 2026-02-28, 2026-05-30, 2026-08-30 | kept_early

# Anniversary in days
days, 12 early            | anniversary 90d -20 +10 | 2025-01-01, 2025-03-20 | 2025-04-01, 2025-06-30 | kept_early
days, first of the window | anniversary 90d -20 +10 | 2025-01-01, 2025-03-12 | 2025-04-01, 2025-06-30 | kept_early
days, too early           | anniversary 90d -20 +10 | 2025-01-01, 2025-03-11 | 2025-04-01, 2025-06-09 | rolled_early
days, last of the window  | anniversary 90d -20 +10 | 2025-01-01, 2025-04-11 | 2025-04-01, 2025-06-30 | kept_late
days, too late            | anniversary 90d -20 +10 | 2025-01-01, 2025-04-12 | 2025-04-01, 2025-07-11 | rolled_late

# What the certificate states
stated shorter            | rolling 12m | 2025-03-14 states 2025-12-31 | 2025-12-31 | stated
stated longer             | rolling 12m | 2025-03-14 states 2030-01-01 | 2030-01-01 | stated
stated the same           | rolling 12m | 2025-03-14 states 2026-03-14 | 2026-03-14 | stated
stated, course never ends | never | 2025-03-14 states 2027-01-01 | 2027-01-01 | stated
stated, fixed policy      | fixed 12-31 | 2025-06-01 states 2026-01-31 | 2026-01-31 | stated
stated as 31.12.9999      | rolling 12m | 2025-03-14 states 9999-12-31 | never | stated_never
stated before completion  | rolling 12m | 2025-03-14 states 2025-01-31 | 2025-01-31 | stated
stated one is renewed     | anniversary 12m -60 +30 | 2025-03-14 states 2026-06-30, 2026-06-01 | 2026-06-30, 2027-06-30 | kept_early
stated one, renewed twice | anniversary 12m -60 +30 | 2025-03-14 states 2026-06-30, 2026-06-01, 2027-06-30 | 2026-06-30, 2027-06-30, 2028-06-30 | kept_on_the_day
stated on the renewal     | anniversary 12m -60 +30 | 2025-03-14, 2026-03-02 states 2027-03-31, 2027-03-20 | 2026-03-14, 2027-03-31, 2028-03-31 | kept_early
stated far, early renewal | anniversary 12m -60 +30 | 2025-03-14 states 2030-03-14, 2026-03-02 | 2030-03-14, 2027-03-02 | rolled_early
the longest is renewed    | anniversary 12m -60 +30 | 2025-03-14 states 2030-03-14, 2026-03-02, 2030-02-01 | 2030-03-14, 2027-03-02, 2031-03-14 | kept_early
stated never, then again  | anniversary 12m -60 +30 | 2025-03-14 states 9999-12-31, 2026-03-02 | never, 2027-03-02 | no_anniversary

# Revoked before the renewal: nothing to keep
revoked, then completed   | anniversary 12m -60 +30 | 2025-03-14 revoked 2025-09-01, 2026-03-02 | 2026-03-14, 2027-03-02 | first
revoked on that day       | anniversary 12m -60 +30 | 2025-03-14 revoked 2026-03-02, 2026-03-02 | 2026-03-14, 2027-03-02 | first
revoked the day after     | anniversary 12m -60 +30 | 2025-03-14 revoked 2026-03-03, 2026-03-02 | 2026-03-14, 2027-03-14 | kept_early
first renewal revoked     | anniversary 12m -60 +30 | 2025-03-14, 2026-02-01 revoked 2026-02-10, 2026-02-15 | 2026-03-14, 2027-03-14, 2027-03-14 | kept_early

# Under the other policies the history changes nothing
rolling, renewed early    | rolling 12m | 2025-03-14, 2026-03-01 | 2026-03-14, 2027-03-01 | policy_rolling_months
rolling, twice in a week  | rolling 12m | 2025-03-14, 2025-03-20 | 2026-03-14, 2026-03-20 | policy_rolling_months
rolling in days           | rolling 90d | 2025-01-01, 2025-03-20 | 2025-04-01, 2025-06-18 | policy_rolling_days
fixed, twice in the lead  | fixed 12-31 lead 60 | 2025-11-05, 2025-12-05 | 2026-12-31, 2026-12-31 | fixed_lead
fixed, year by year       | fixed 12-31 | 2025-06-01, 2026-06-01 | 2025-12-31, 2026-12-31 | fixed_next
fixed, after the day      | fixed 03-31 | 2025-02-01, 2025-05-01 | 2025-03-31, 2026-03-31 | fixed_passed
fixed, on the day         | fixed 03-31 | 2025-02-01, 2025-03-31 | 2025-03-31, 2026-03-31 | fixed_on_the_day
never, twice              | never | 2025-03-14, 2026-03-14 | never, never | policy_never
"""

# name | policy | what is recorded | day | state
STATES = """
# One period, day by day: completed 1 January 2025, 12 months, 30 days of grace
the eve                    | rolling 12m grace 30 | done 2025-01-01 | 2024-12-31 | not_started
the day of completion      | rolling 12m grace 30 | done 2025-01-01 | 2025-01-01 | valid
the middle                 | rolling 12m grace 30 | done 2025-01-01 | 2025-06-15 | valid
31 days left               | rolling 12m grace 30 | done 2025-01-01 | 2025-12-01 | valid
30 days left               | rolling 12m grace 30 | done 2025-01-01 | 2025-12-02 | expiring_soon
1 day left                 | rolling 12m grace 30 | done 2025-01-01 | 2025-12-31 | expiring_soon
the last valid day         | rolling 12m grace 30 | done 2025-01-01 | 2026-01-01 | expiring_soon
first day of grace         | rolling 12m grace 30 | done 2025-01-01 | 2026-01-02 | grace
middle of grace            | rolling 12m grace 30 | done 2025-01-01 | 2026-01-15 | grace
last day of grace          | rolling 12m grace 30 | done 2025-01-01 | 2026-01-31 | grace
first day expired          | rolling 12m grace 30 | done 2025-01-01 | 2026-02-01 | expired
years later                | rolling 12m grace 30 | done 2025-01-01 | 2030-01-01 | expired

# Grace of other lengths
no grace, last valid day   | rolling 12m | done 2025-01-01 | 2026-01-01 | expiring_soon
no grace, the day after    | rolling 12m | done 2025-01-01 | 2026-01-02 | expired
one day of grace           | rolling 12m grace 1 | done 2025-01-01 | 2026-01-02 | grace
one day of grace is over   | rolling 12m grace 1 | done 2025-01-01 | 2026-01-03 | expired
grace ends 29 february     | rolling 12m grace 29 | done 2023-01-31 | 2024-02-29 | grace
grace ended 29 february    | rolling 12m grace 29 | done 2023-01-31 | 2024-03-01 | expired
grace ends 28 february     | rolling 12m grace 28 | done 2024-01-31 | 2025-02-28 | grace
grace ended 28 february    | rolling 12m grace 28 | done 2024-01-31 | 2025-03-01 | expired

# Windows of other lengths
window 60, 61 days left    | rolling 12m | done 2025-01-01; window 60 | 2025-11-01 | valid
window 60, 60 days left    | rolling 12m | done 2025-01-01; window 60 | 2025-11-02 | expiring_soon
window 7, 8 days left      | rolling 12m | done 2025-01-01; window 7 | 2025-12-24 | valid
window 7, 7 days left      | rolling 12m | done 2025-01-01; window 7 | 2025-12-25 | expiring_soon
window 0, 1 day left       | rolling 12m | done 2025-01-01; window 0 | 2025-12-31 | valid
window 0, last valid day   | rolling 12m | done 2025-01-01; window 0 | 2026-01-01 | expiring_soon
window 0, the day after    | rolling 12m | done 2025-01-01; window 0 | 2026-01-02 | expired
shorter than the window    | rolling 7d | done 2025-02-25 | 2025-02-25 | expiring_soon
a week's last day          | rolling 7d | done 2025-02-25 | 2025-03-04 | expiring_soon
a week is over             | rolling 7d | done 2025-02-25 | 2025-03-05 | expired

# Leap years
29 february, 31 days left  | rolling 12m | done 2024-02-29 | 2025-01-28 | valid
29 february, 30 days left  | rolling 12m | done 2024-02-29 | 2025-01-29 | expiring_soon
29 february, last day      | rolling 12m | done 2024-02-29 | 2025-02-28 | expiring_soon
29 february, day after     | rolling 12m | done 2024-02-29 | 2025-03-01 | expired
four years to 29 february  | rolling 48m | done 2024-02-29 | 2028-02-29 | expiring_soon
four years, day after      | rolling 48m | done 2024-02-29 | 2028-03-01 | expired

# Never and fixed
never, the eve             | never | done 2020-01-01 | 2019-12-31 | not_started
never, years later         | never | done 2020-01-01 | 2060-01-01 | valid
never, end of the calendar | never | done 2020-01-01 | 9999-12-31 | valid
fixed, last valid day      | fixed 12-31 | done 2025-06-01 | 2025-12-31 | expiring_soon
fixed, the day after       | fixed 12-31 | done 2025-06-01 | 2026-01-01 | expired
fixed, in the lead         | fixed 12-31 lead 60 | done 2025-11-05 | 2026-01-01 | valid

# Stated expiries
stated, 31 days left       | rolling 12m | done 2025-01-01 states 2025-06-30 | 2025-05-30 | valid
stated, 30 days left       | rolling 12m | done 2025-01-01 states 2025-06-30 | 2025-05-31 | expiring_soon
stated, last valid day     | rolling 12m | done 2025-01-01 states 2025-06-30 | 2025-06-30 | expiring_soon
stated, the day after      | rolling 12m | done 2025-01-01 states 2025-06-30 | 2025-07-01 | expired
stated never               | rolling 12m | done 2025-01-01 states 9999-12-31 | 2090-01-01 | valid
never, but one states      | never | done 2020-01-01 states 2021-01-01 | 2021-01-02 | expired
never, stated, grace       | never grace 10 | done 2020-01-01 states 2021-01-01 | 2021-01-11 | grace
never, stated, grace over  | never grace 10 | done 2020-01-01 states 2021-01-01 | 2021-01-12 | expired
stated before, before      | rolling 12m | done 2025-03-14 states 2025-01-31 | 2025-02-01 | not_started
stated before, expired     | rolling 12m | done 2025-03-14 states 2025-01-31 | 2025-03-14 | expired
stated before, in grace    | rolling 12m grace 60 | done 2025-03-14 states 2025-01-31 | 2025-03-14 | grace
stated before, grace over  | rolling 12m grace 60 | done 2025-03-14 states 2025-01-31 | 2025-04-02 | expired

# Revoked
revoked, the day before    | rolling 12m | done 2025-01-01 revoked 2025-06-01 | 2025-05-31 | valid
revoked, on the day        | rolling 12m | done 2025-01-01 revoked 2025-06-01 | 2025-06-01 | revoked
revoked, after its expiry  | rolling 12m | done 2025-01-01 revoked 2025-06-01 | 2026-06-01 | revoked
revoked, before completion | rolling 12m | done 2025-01-01 revoked 2025-06-01 | 2024-12-31 | not_started
revoked, never expiring    | never | done 2025-01-01 revoked 2025-06-01 | 2025-06-01 | revoked
revoked at once            | rolling 12m | done 2025-01-01 revoked 2025-01-01 | 2025-01-01 | revoked
revoked too early to count | rolling 12m | done 2025-01-01 revoked 2024-12-01 | 2024-12-15 | not_started
revoked too early, later   | rolling 12m | done 2025-01-01 revoked 2024-12-01 | 2025-01-01 | revoked
revoked when long expired  | rolling 12m | done 2025-01-01 revoked 2026-03-01 | 2026-02-28 | expired
revoked when expired, day  | rolling 12m | done 2025-01-01 revoked 2026-03-01 | 2026-03-01 | revoked
revoked in grace           | rolling 12m grace 30 | done 2025-01-01 revoked 2026-01-10 | 2026-01-10 | revoked
revoked, older one valid   | rolling 12m | done 2025-01-01; done 2025-06-01 revoked 2025-09-01 | 2025-09-01 | valid
revoked, older one expiring| rolling 12m | done 2025-01-01; done 2025-06-01 revoked 2025-09-01 | 2025-12-02 | expiring_soon
revoked, older one ends    | rolling 12m | done 2025-01-01; done 2025-06-01 revoked 2025-09-01 | 2026-01-02 | expired
revoked, older long over   | rolling 12m | done 2023-01-01; done 2024-06-01 revoked 2024-09-01 | 2024-09-01 | revoked
revoked, as of before      | rolling 12m | done 2023-01-01; done 2024-06-01 revoked 2024-09-01 | 2024-07-01 | valid
revoked, between the two   | rolling 12m | done 2023-01-01; done 2024-06-01 revoked 2024-09-01 | 2024-03-01 | expired
revoked, not yet renewed   | rolling 12m | done 2024-06-01 revoked 2024-09-01; done 2024-10-01 | 2024-09-15 | revoked
revoked, then renewed      | rolling 12m | done 2024-06-01 revoked 2024-09-01; done 2024-10-01 | 2024-10-01 | valid
revoked, renewed, expired  | rolling 12m | done 2024-06-01 revoked 2024-09-01; done 2024-10-01 | 2025-10-02 | expired
revoked, older in grace    | rolling 12m grace 30 | done 2024-06-01; done 2025-05-20 revoked 2025-06-10 | 2025-06-10 | grace
revoked, before, in grace  | rolling 12m grace 30 | done 2024-06-01; done 2025-05-20 revoked 2025-06-10 | 2025-06-05 | valid
revoked, grace is over     | rolling 12m grace 30 | done 2024-06-01; done 2025-05-20 revoked 2025-06-10 | 2025-07-02 | revoked
revoking still to come     | rolling 12m | done 2025-01-01; done 2025-06-01 revoked 2025-12-20 | 2025-12-10 | valid
revoked, older a day longer| rolling 12m | done 2024-06-01; done 2024-09-01 revoked 2025-06-01 | 2025-06-02 | expired
revoked a day after older  | rolling 12m | done 2024-06-01; done 2024-09-01 revoked 2025-06-03 | 2025-06-03 | revoked
revoked as the older ends  | rolling 12m | done 2024-06-01; done 2024-09-01 revoked 2025-06-02 | 2025-06-02 | revoked
both revoked               | rolling 12m | done 2025-01-01 revoked 2025-03-01; done 2025-02-01 revoked 2025-04-01 | 2025-04-01 | revoked
one of both revoked        | rolling 12m | done 2025-01-01 revoked 2025-03-01; done 2025-02-01 revoked 2025-04-01 | 2025-03-15 | valid

# Several periods: the one valid longest
newer is longer            | rolling 12m | done 2025-01-01; done 2025-03-01 | 2026-01-15 | valid
newer is expiring          | rolling 12m | done 2025-01-01; done 2025-03-01 | 2026-02-01 | expiring_soon
both are over              | rolling 12m | done 2025-01-01; done 2025-03-01 | 2026-03-02 | expired
recorded newest first      | rolling 12m | done 2025-03-01; done 2025-01-01 | 2026-01-15 | valid
older states longer        | rolling 12m | done 2025-01-01 states 2028-01-01; done 2026-01-01 | 2027-06-01 | valid
older never ends           | rolling 12m | done 2024-01-01 states 9999-12-31; done 2025-01-01 | 2030-01-01 | valid
same day, same end         | rolling 12m | done 2025-01-01; done 2025-01-01 | 2026-01-01 | expiring_soon
a gap between two          | rolling 12m | done 2023-01-01; done 2025-06-01 | 2024-06-01 | expired
after the gap              | rolling 12m | done 2023-01-01; done 2025-06-01 | 2025-06-01 | valid
kept anniversary           | anniversary 12m -60 +30 | done 2025-03-14; done 2026-02-01 | 2027-02-01 | valid
kept anniversary, last day | anniversary 12m -60 +30 | done 2025-03-14; done 2026-02-01 | 2027-03-14 | expiring_soon
kept anniversary, over     | anniversary 12m -60 +30 | done 2025-03-14; done 2026-02-01 | 2027-03-15 | expired
between expiry and renewal | anniversary 12m -60 +30 | done 2025-03-14; done 2026-04-01 | 2026-03-20 | expired
late renewal counts        | anniversary 12m -60 +30 | done 2025-03-14; done 2026-04-01 | 2026-04-01 | valid

# What is still to come does not count
completion tomorrow        | rolling 12m | done 2025-06-01 | 2025-05-31 | not_started
expired, renewal to come   | rolling 12m | done 2024-01-01; done 2025-06-01 | 2025-03-01 | expired
renewal has come           | rolling 12m | done 2024-01-01; done 2025-06-01 | 2025-06-01 | valid
expiring, as it was then   | rolling 12m | done 2025-01-01; done 2025-12-20 | 2025-12-10 | expiring_soon
renewed, as it was then    | rolling 12m | done 2025-01-01; done 2025-12-20 | 2025-12-20 | valid

# Attempts
nothing at all             | rolling 12m | nothing | 2025-01-01 | not_started
enrolled for tomorrow      | rolling 12m | active 2025-01-01 | 2024-12-31 | not_started
first day of training      | rolling 12m | active 2025-01-01 | 2025-01-01 | in_progress
a year in training         | rolling 12m | active 2025-01-01 | 2026-01-01 | in_progress
as it was during training  | rolling 12m | completed 2025-01-01 2025-01-10; done 2025-01-10 | 2025-01-05 | in_progress
training completed         | rolling 12m | completed 2025-01-01 2025-01-10; done 2025-01-10 | 2025-01-10 | valid
failed, as it was before   | rolling 12m | failed 2025-01-01 2025-01-10 | 2025-01-05 | in_progress
failed, on the day         | rolling 12m | failed 2025-01-01 2025-01-10 | 2025-01-10 | not_started
failed, later              | rolling 12m | failed 2025-01-01 2025-01-10 | 2025-02-01 | not_started
failed on an unknown day   | rolling 12m | failed 2025-01-01 | 2025-01-05 | not_started
withdrawn, as it was before| rolling 12m | withdrawn 2025-01-01 2025-01-10 | 2025-01-05 | in_progress
withdrawn, on the day      | rolling 12m | withdrawn 2025-01-01 2025-01-10 | 2025-01-10 | not_started
failed keeps the valid one | rolling 12m | done 2025-01-01; failed 2025-06-01 2025-06-05 | 2025-06-05 | valid
during that attempt        | rolling 12m | done 2025-01-01; failed 2025-06-01 2025-06-05 | 2025-06-03 | valid
failed, later expired      | rolling 12m | done 2025-01-01; failed 2025-06-01 2025-06-05 | 2026-01-02 | expired
withdrawn keeps the valid  | rolling 12m | done 2025-01-01; withdrawn 2025-06-01 2025-06-05 | 2025-06-05 | valid
failed in grace            | rolling 12m grace 30 | done 2025-01-01; failed 2026-01-05 2026-01-10 | 2026-01-10 | grace
failed, then enrolled again| rolling 12m | failed 2025-01-01 2025-01-10; active 2025-02-01 | 2025-02-01 | in_progress
between the two attempts   | rolling 12m | failed 2025-01-01 2025-01-10; active 2025-02-01 | 2025-01-20 | not_started
valid and in training      | rolling 12m | done 2025-01-01; active 2025-06-01 | 2025-07-01 | valid
training hides no expiry   | rolling 12m | done 2024-01-01; active 2025-02-01 | 2025-03-01 | expired
training hides no grace    | rolling 12m grace 60 | done 2024-01-01; active 2025-02-01 | 2025-02-15 | grace
training hides no revoking | rolling 12m | done 2025-01-01 revoked 2025-02-01; active 2025-02-10 | 2025-02-15 | revoked

# Waivers
before the waiver          | rolling 12m | waived 2025-01-01 2025-03-31 | 2024-12-31 | not_started
first day of the waiver    | rolling 12m | waived 2025-01-01 2025-03-31 | 2025-01-01 | waived
last day of the waiver     | rolling 12m | waived 2025-01-01 2025-03-31 | 2025-03-31 | waived
after the waiver           | rolling 12m | waived 2025-01-01 2025-03-31 | 2025-04-01 | not_started
open waiver                | rolling 12m | waived 2025-01-01 open | 2040-01-01 | waived
two waivers, a gap         | rolling 12m | waived 2025-01-01 2025-01-31; waived 2025-03-01 2025-03-31 | 2025-02-15 | not_started
two waivers, the second    | rolling 12m | waived 2025-01-01 2025-01-31; waived 2025-03-01 2025-03-31 | 2025-03-15 | waived
two waivers, one is open   | rolling 12m | waived 2025-01-01 2025-01-31; waived 2025-01-01 open | 2025-01-15 | waived
waived but valid           | rolling 12m | done 2025-01-01; waived 2025-01-01 open | 2025-06-01 | valid
waived but expiring        | rolling 12m | done 2025-01-01; waived 2025-01-01 open | 2025-12-15 | expiring_soon
waived in grace            | rolling 12m grace 30 | done 2025-01-01; waived 2025-01-01 open | 2026-01-10 | waived
waived when expired        | rolling 12m | done 2025-01-01; waived 2026-02-01 2026-02-28 | 2026-02-15 | waived
waiver over, expired again | rolling 12m | done 2025-01-01; waived 2026-02-01 2026-02-28 | 2026-03-01 | expired
waived when revoked        | rolling 12m | done 2025-01-01 revoked 2025-02-01; waived 2025-01-01 open | 2025-03-01 | waived
waived in training         | rolling 12m | active 2025-01-01; waived 2025-01-01 open | 2025-01-15 | waived
waived after a failure     | rolling 12m | failed 2025-01-01 2025-01-10; waived 2025-01-01 open | 2025-01-15 | waived
"""
