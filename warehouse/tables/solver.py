"""HiGHS, behind one small class.

What belongs here: a system of linear constraints, and optima over it, continuous or whole.
What does not: what the system stands for; a result is floating point and proves nothing by
itself, so callers check whole-numbered solutions exactly.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from warehouse.errors import JamlikError
from warehouse.tables.counts import Floats

INFINITY = highspy.kHighsInf
_ANSWERS = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kTimeLimit,
)


class SolverError(JamlikError):
    """HiGHS ended without an answer, and not because of a time limit."""


@dataclass(frozen=True)
class Optimum:
    """A solution: the point, the rows' multipliers (none for whole numbers), the bound.

    `bound` is the proven limit of the objective; `is_found` says whether the point exists.
    """

    point: Floats
    multipliers: Floats
    bound: float
    is_found: bool


class System:
    """`row_lower <= rows x <= row_upper`, `lower <= x <= upper`.

    Args:
        rows: One row per constraint.
        row_lower: Limits of the rows.
        row_upper: Limits of the rows.
        lower: Limits of the unknowns.
        upper: Limits of the unknowns.
        whole: Whether the unknowns must be whole numbers. If not, every optimum starts from
            the basis of the one before.
    """

    def __init__(
        self,
        rows: sparse.csr_matrix,
        row_lower: Floats,
        row_upper: Floats,
        lower: Floats,
        upper: Floats,
        *,
        whole: bool = False,
    ) -> None:
        self.size = rows.shape[1]
        self.is_whole = whole
        self._numbers = np.arange(self.size, dtype=np.int32)
        self._highs = highspy.Highs()
        self._set(output_flag=False, threads=1, random_seed=1)
        # Without presolve an LP starts from the last basis; a search for whole numbers needs it.
        self._set(presolve="on" if whole else "off")
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.size, rows.shape[0]
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = rows.indptr
        model.a_matrix_.index_ = rows.indices
        model.a_matrix_.value_ = rows.data.astype(float)
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.size
        if self._highs.passModel(model) == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused a system of {rows.shape[0]} rows.")
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def _set(self, **options: bool | int | float | str) -> None:
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    def maximise(self, objective: Floats, seconds: float = INFINITY) -> Optimum | None:
        """The largest value of `objective · x`.

        Args:
            objective: One coefficient per unknown.
            seconds: Time limit; past it, the bound proven so far.

        Returns:
            The optimum, or None when no point satisfies the system.

        Raises:
            SolverError: The objective has no limit, or HiGHS failed.
        """
        self._highs.changeColsCost(self.size, self._numbers, objective)
        # HiGHS counts its time over all calls of one object.
        self._set(time_limit=self._highs.getRunTime() + seconds)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in _ANSWERS:
            # A basis left by the last objective can lead nowhere; start without it.
            self._highs.clearSolver()
            self._set(presolve="on")
            self._highs.run()
            status = self._highs.getModelStatus()
            self._set(presolve="on" if self.is_whole else "off")
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        is_optimal = status == highspy.HighsModelStatus.kOptimal
        if not is_optimal and status != highspy.HighsModelStatus.kTimeLimit:
            raise SolverError(f"HiGHS ended with {self._highs.modelStatusToString(status)}.")
        solution, info = self._highs.getSolution(), self._highs.getInfo()
        bound = info.mip_dual_bound if self.is_whole else info.objective_function_value
        return Optimum(
            np.array(solution.col_value),
            np.array(solution.row_dual),
            float(bound) if is_optimal or self.is_whole else INFINITY,
            is_optimal,
        )
