"""A PostgreSQL server of the tests' own: in a temporary folder, reached by its Unix socket, gone afterwards."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, which distributions keep off the path; None where there is no server."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which("pg_ctl")
    return folders[-1] if folders else Path(found).parent if found else None


@dataclass(frozen=True)
class Postgres:
    """A running server, to be stopped and started again."""

    url: str
    _control: Callable[..., None]

    def stop(self) -> None:
        """At once, as when its machine fails."""
        self._control("stop", "--mode=immediate")

    def start(self) -> None:
        """Return when it answers again."""
        self._control("start")


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """The URL of an empty database, as long as the context lasts."""
    with mortal_postgres(programs) as server:
        yield server.url


@contextmanager
def mortal_postgres(programs: Path) -> Iterator[Postgres]:
    """A server with an empty database, to be left running."""
    with TemporaryDirectory(prefix="roland-postgres-") as name:
        folder, data = Path(name), Path(name, "data")
        user = _somebody_else(folder) if os.geteuid() == 0 else ()

        def run(program: str, *arguments: str) -> None:
            command = [*user, str(programs / program), "--pgdata", str(data), *arguments]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

        def control(action: str, *arguments: str) -> None:
            options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
            how = (f"--log={folder / 'log'}", f"--options={options}") if action == "start" else ()
            run("pg_ctl", action, "--wait", *how, *arguments)

        run("initdb", "--auth=trust", "--username=roland", "--encoding=UTF8", "--locale=C", "--no-sync")
        server = Postgres(f"postgresql+psycopg://roland@/postgres?host={folder}", control)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def empty(url: str) -> None:
    """Remove all tables."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def _somebody_else(folder: Path) -> tuple[str, ...]:
    # PostgreSQL does not run as root; its package brings a user for it.
    shutil.chown(folder, "postgres")
    return ("runuser", "-u", "postgres", "--")
