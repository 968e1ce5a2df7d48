"""What the worker does for this app."""

import time

from accounts import lockout
from accounts.services import erasing, images, sessions

_SHARD_SECONDS = 60


def forget_unused_images() -> int:
    """Delete images that were uploaded more than a day ago and attached to nothing."""
    return images.forget_unused_images()


def forget_stray_files() -> int:
    """Sweep one of the 256 folders of images a minute, so that all are swept within five hours."""
    return images.forget_stray_files(int(time.time() / _SHARD_SECONDS))


def forget_old_sign_ins() -> None:
    """Delete sessions and counted tries that are over."""
    sessions.forget_old_sessions()
    lockout.forget_old_attempts()


def finish_erasures() -> int:
    """Erase once more those who left while a token of theirs may have been good somewhere."""
    return erasing.finish_erasures()
