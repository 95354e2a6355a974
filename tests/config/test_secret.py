"""The secret that the first process makes is the secret of all."""

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from config import env


def secret(file) -> str:
    return env.secret("NO_SUCH_VARIABLE", file)


def test_processes_that_start_together_have_one_secret(tmp_path):
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        for number in range(50):
            file = tmp_path / f"data{number}" / "secret"
            made = set(pool.map(secret, [file] * 8))
            assert len(made) == 1 and len(made.pop()) > 50
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert list(file.parent.iterdir()) == [file]
