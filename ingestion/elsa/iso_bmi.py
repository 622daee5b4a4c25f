"""isoBMI: whether a child has overweight or obesity, by exact age and sex.

What belongs here: the cut-offs and the class of a measured child. What does not: reading
heights and weights (`measures`).

Cut-offs: Cole, Bellizzi, Flegal and Dietz, BMJ 2000;320:1240, table 4: the curves that pass
through BMI 25 and 30 at 18 years, every half year from 2 to 18, straight lines between them; from
18 on, 25 and 30. The cut-offs for thinness (2007) are not here, so thin children are in the
class of neither.
"""

FIRST_AGE, LAST_AGE, STEP = 2.0, 18.0, 0.5
OVERWEIGHT = {
    "M": (
        *(18.41, 18.13, 17.89, 17.69, 17.55, 17.47, 17.42, 17.45, 17.55, 17.71, 17.92),
        *(18.16, 18.44, 18.76, 19.10, 19.46, 19.84, 20.20, 20.55, 20.89, 21.22, 21.56),
        *(21.91, 22.27, 22.62, 22.96, 23.29, 23.60, 23.90, 24.19, 24.46, 24.73, 25.00),
    ),
    "K": (
        *(18.02, 17.76, 17.56, 17.40, 17.28, 17.19, 17.15, 17.20, 17.34, 17.53, 17.75),
        *(18.03, 18.35, 18.69, 19.07, 19.45, 19.86, 20.29, 20.74, 21.20, 21.68, 22.14),
        *(22.58, 22.98, 23.34, 23.66, 23.94, 24.17, 24.37, 24.54, 24.70, 24.85, 25.00),
    ),
}
OBESITY = {
    "M": (
        *(20.09, 19.80, 19.57, 19.39, 19.29, 19.26, 19.30, 19.47, 19.78, 20.23, 20.63),
        *(21.09, 21.60, 22.17, 22.77, 23.39, 24.00, 24.57, 25.10, 25.58, 26.02, 26.43),
        *(26.84, 27.25, 27.63, 27.98, 28.30, 28.60, 28.88, 29.14, 29.41, 29.70, 30.00),
    ),
    "K": (
        *(19.81, 19.55, 19.36, 19.23, 19.15, 19.12, 19.17, 19.34, 19.65, 20.08, 20.51),
        *(21.01, 21.57, 22.18, 22.81, 23.46, 24.11, 24.77, 25.42, 26.05, 26.67, 27.24),
        *(27.76, 28.20, 28.57, 28.87, 29.11, 29.29, 29.43, 29.56, 29.69, 29.84, 30.00),
    ),
}
NEITHER, IS_OVERWEIGHT, IS_OBESITY = "1", "2", "3"


def cut_off(table: tuple[float, ...], age: float) -> float:
    """BMI from which a class begins.

    Args:
        table: Of a sex, every half year from 2 to 18.
        age: Years, 2 or more.
    """
    place = (min(age, LAST_AGE) - FIRST_AGE) / STEP
    before = min(int(place), len(table) - 2)
    return table[before] + (place - before) * (table[before + 1] - table[before])


def weight_class(
    gender: str | None, age: float | None, height_cm: str | None, weight_kg: str | None
) -> str | None:
    """The class of a child, as a code.

    Args:
        gender: K or M; there are no cut-offs for others.
        age: Exact years.
        height_cm: A number with a decimal comma, already checked.
        weight_kg: Likewise.

    Returns:
        1 neither, 2 overweight, 3 obesity; None where something is missing or the child is
        below 2.
    """
    if gender not in OVERWEIGHT or age is None or not height_cm or not weight_kg or age < 2:
        return None
    metres, kilograms = (float(one.replace(",", ".")) for one in (height_cm, weight_kg))
    bmi = kilograms / (metres / 100) ** 2
    if bmi >= cut_off(OBESITY[gender], age):
        return IS_OBESITY
    return IS_OVERWEIGHT if bmi >= cut_off(OVERWEIGHT[gender], age) else NEITHER
