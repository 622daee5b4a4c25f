"""Survey shares the long way: one number per person, as the textbooks write it.

What belongs here: an independent reckoning to hold the macros' cells against. What does
not: intervals, and anything made for speed.
"""

from dataclasses import dataclass

import numpy as np

Vector = np.ndarray


@dataclass(frozen=True)
class Survey:
    """Persons; arrays have one entry each.

    Args:
        y: 1, 0, or nan for no answer.
        weight: Final weights.
        stratum, cluster: Numbers; cluster None where persons were drawn.
        population: Units in the stratum, or None.
        population_2: Persons in the cluster, or None.
        design_weight, margins: Of calibrated weights: design weights, columns of indicators.
    """

    y: Vector
    weight: Vector
    stratum: Vector
    cluster: Vector | None = None
    population: Vector | None = None
    population_2: Vector | None = None
    design_weight: Vector | None = None
    margins: Vector | None = None

    def share(self, inside: Vector) -> float:
        asked = inside & ~np.isnan(self.y)
        return float(np.average(self.y[asked], weights=self.weight[asked]))

    def linearised(self, inside: Vector) -> Vector:
        asked = inside & ~np.isnan(self.y)
        z = np.zeros(len(self.y))
        z[asked] = (self.y[asked] - self.share(inside)) / self.weight[asked].sum()
        if self.margins is not None and self.design_weight is not None:
            root = np.sqrt(self.design_weight)
            slope = np.linalg.lstsq(self.margins * root[:, None], z * root, rcond=1e-10)[0]
            z = z - self.margins @ slope
        return z * self.weight

    def variance(self, u: Vector) -> float:
        """Of the total of u, the linearised values times weights."""
        total = 0.0
        for h in np.unique(self.stratum):
            here = self.stratum == h
            if self.cluster is None:
                units = u[here]
            else:
                units = np.array(
                    [u[self.cluster == c].sum() for c in np.unique(self.cluster[here])]
                )
            f = len(units) / self.population[here][0] if self.population is not None else 0.0
            total += (1 - f) * _spread(units)
            if self.cluster is not None and self.population_2 is not None:
                for c in np.unique(self.cluster[here]):
                    inside = self.cluster == c
                    f2 = inside.sum() / self.population_2[inside][0]
                    total += f * (1 - f2) * _spread(u[inside])
        return total


def _spread(units: Vector) -> float:
    """n/(n-1) times the sum of squares about the mean."""
    return float(len(units) * np.var(units, ddof=1)) if len(units) > 1 else 0.0
