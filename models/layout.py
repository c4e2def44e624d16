"""The names of all numbers that the heads read, in order: weights of another order mean something else."""

import numpy as np

from models.encoder import SIZE
from models.features import moment_numbers
from models.observation import Observation
from models.pairs import task_numbers
from models.reading import Reading

_ZEROS = np.zeros(SIZE, np.float32)
_NOTHING = Reading([Observation("0", "")], _ZEROS[None], _ZEROS)

MOMENT = tuple(moment_numbers(_NOTHING))
TASK = tuple(task_numbers(_NOTHING, "", _ZEROS))
LAYOUT = (*MOMENT, "--", *TASK)
