"""Files that were to be written and were not."""

from __future__ import annotations

import errno

from ledger.errors.root import InputError, LedgerError, harmless


class OutputExists(InputError):
    """A file was to be written where something stands already."""

    def __init__(self, path: object) -> None:
        super().__init__(f'"{harmless(str(path), 200)}" exists already. Give another path, or --force to overwrite it.')


class OutputFailed(LedgerError):
    """A file that could not be written; nothing of it is left, and what stood there stands as it was.

    `placed` is of one that is in place and that the disk did not confirm.
    """

    def __init__(self, path: object, error: OSError, *, kept: bool = False, placed: bool = False) -> None:
        name, said = f'"{harmless(str(path), 200)}"', error.strerror or str(error)
        if placed:
            super().__init__(f"{name} is written, but the disk did not confirm it ({said}). Look at the disk.")
            return
        standing = " What stands there is unchanged." if kept else ""
        super().__init__(f"{name} cannot be written ({said}).{standing} {_advice(error.errno)}")


def _advice(code: int | None) -> str:
    match code:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "Free some space, or give a path on another disk."
        case errno.ENOENT | errno.ENOTDIR | errno.EACCES | errno.EPERM | errno.EROFS:
            return "Give a path that you may write to, in a folder that exists."
        case errno.ENAMETOOLONG | errno.ELOOP | errno.EINVAL | errno.ENOSYS | errno.ENOTSUP:
            return "Give another path."
    return "Look at the disk, or give a path on another one."
