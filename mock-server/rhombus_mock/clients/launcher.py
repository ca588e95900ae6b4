"""Becomes a client: `launcher.py [--mount OWN OTHER]... -- ARGV...`. It dies with who started it,
and sees its own files in place of others. Run as a file of its own, so it stands on `os` alone."""

import ctypes
import os
import signal
import sys

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG = 1
CANNOT_RUN, NOT_FOUND = 126, 127


def main(arguments: list[str]) -> None:
    """Never returns: the client runs, or the exit code says as in a shell why it does not."""
    at = arguments.index("--")
    words, argv = arguments[:at], arguments[at + 1 :]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        if words:
            unshare(libc)
        for own, other in zip(words[1::3], words[2::3], strict=True):
            check(libc.mount(own.encode(), os.path.realpath(other).encode(), None, MS_BIND, None))
        os.execvp(argv[0], argv)
    except OSError as error:
        print(f"rhombus-mock exec: {argv[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(NOT_FOUND if isinstance(error, FileNotFoundError) else CANNOT_RUN)


def unshare(libc: ctypes.CDLL) -> None:
    """Mounts of its own; who is not root becomes so for that moment, where the kernel lets him."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNS):
        check(libc.unshare(CLONE_NEWNS | CLONE_NEWUSER))
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    check(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))


def check(result: int) -> None:
    """Raises OSError where a system call failed."""
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(sys.argv[1:])
