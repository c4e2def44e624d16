"""The names of all numbers that the heads read, in order: weights of another order mean something else."""

import numpy as np

from models.encoder import SIZE
from models.features import moment_numbers
from models.observation import Observation
from models.pairs import Axes, likeness_numbers, task_numbers
from models.reading import Reading

_ZEROS = np.zeros(SIZE, np.float32)
_NOTHING = Reading([Observation("0", "")], _ZEROS[None], _ZEROS)
_AXES = Axes(_ZEROS, np.zeros((SIZE, 1), np.float32), np.ones(1, np.float32))

MOMENT = tuple(moment_numbers(_NOTHING))
TASK = tuple(task_numbers(_NOTHING, "", _ZEROS))
LIKENESS = tuple(likeness_numbers(_NOTHING.vectors, _ZEROS, _AXES))
LAYOUT = (*MOMENT, "--", *TASK, "--", *LIKENESS)
