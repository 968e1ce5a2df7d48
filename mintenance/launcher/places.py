"""Where files are kept while running."""

import hashlib
from pathlib import Path

from mintenance.launcher.accounts import Account
from mintenance.launcher.errors import CannotStart

CHECKOUT = Path(__file__).resolve().parents[2]
ELSEWHERE = Path("/var/lib/mintenance")
PASSABLE = 0o711  # others may pass through but see nothing; what lies inside is closed to them


def make_passable(folder: Path) -> None:
    """Make the folder if it is missing, for its owner to use and for others to pass through."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(PASSABLE)


def room_for(var: Path, account: Account) -> Path:
    """`var`, or where root's account cannot reach it (a checkout under /root), a folder elsewhere."""
    make_passable(var)
    if account.can_enter(var):
        return var
    mark = hashlib.sha256(str(var).encode()).hexdigest()[:8]
    make_passable(ELSEWHERE)
    room = ELSEWHERE / f"{var.parent.name}-{mark}"
    make_passable(room)
    if not account.can_enter(room):
        raise CannotStart(
            f"PostgreSQL runs as “{account.name}” for root, who can enter neither {var} nor {room}.\n"
            f"Move the checkout to a folder that others may pass through, or run this as an ordinary user."
        )
    return room
