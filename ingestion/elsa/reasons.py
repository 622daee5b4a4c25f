"""Why something stays outside the door.

What belongs here: the fixed words of counts and rejections; none holds what stood in a cell.
What does not: the rules (`door`).
"""

# Counted, never listed.
REFUSED = "consent was refused"
WITHDRAWN = "consent was withdrawn"
UNKNOWN_WITHDRAWN = "consent was withdrawn, but the number cannot be read: nothing is erased"
NO_CONSENT = "consent is missing"
UNKNOWN_CONSENT = "consent is neither J, N nor ater"
NO_CONSENT_DATE = "consent has no date"
NO_GIVER = "it is not said who gave consent"
LATE_CONSENT = "consent is later than the visit"
TOO_YOUNG = "the pupil was below 15 and cannot consent alone"

# Listed with row and column, of persons with consent only.
BAD_VISIT = "the date of the visit is missing or no date"
NO_PERSON = "there is neither personal number nor pseudonym"
NO_NUMBER = "no valid personal number"
BAD_SCHOOL_YEAR = "the school year is missing or not written as 2023/2024"
OUTSIDE_YEAR = "the visit lies outside the school year"
BAD_GRADE = "the grade is missing or unknown"
OTHER_AGE = "the grade does not fit the age"
SAME_DAY = "a second talk of the same pupil on one day"
BAD_SCHOOL = "no school unit code of eight digits"
IN_METRES = "the height is in metres"
BAD_HEIGHT = "no height from 60 to 220 cm"
IN_GRAMS = "the weight is in grams"
BAD_WEIGHT = "no weight from 8 to 250 kg"
