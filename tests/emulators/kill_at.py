"""Runs a command and kills it with SIGKILL at the N-th system call that changes something on the disk.

    kill_at.py 3 before /dev/stdout sh -c 'echo a > x; mv x y'

The third argument is where the report goes, as JSON: {"changes": ["openat …/x", "write …/x", …], "killed": true,
"status": -9}, or {"refused": "why nothing was run"}. With N = 0 nothing is killed, and the report lists all changes.
`before` kills before the call begins, `after` when it has returned and before the program sees the result.

It follows threads and children, and kills all of them together. It lets one change through at a time: at the N-th
change, all earlier ones are complete and no later one has begun.

It does not simulate the crash of a machine: what the program wrote is in the page cache and stays, with or without
fsync. It does not see changes through io_uring or a shared mapping. It needs Linux 5.3 on x86_64 or aarch64.
"""

import ctypes
import json
import os
import platform
import signal
import stat
import struct
import sys

PTRACE_CONT, PTRACE_SYSCALL = 7, 24
PTRACE_SEIZE, PTRACE_LISTEN, PTRACE_GET_SYSCALL_INFO = 0x4206, 0x4208, 0x420E
TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC, TRACESECCOMP, EXITKILL = (
    1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 7, 1 << 20)
EVENT_SECCOMP, EVENT_STOP = 7, 128
SYSCALL_STOP = signal.SIGTRAP | 0x80
GROUP_STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
WALL = 0x40000000

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
SECCOMP_RET_TRACE, SECCOMP_RET_ALLOW = 0x7FF00000, 0x7FFF0000
BPF_LOAD, BPF_JUMP_IF_EQUAL, BPF_RETURN = 0x20, 0x15, 0x06

AT_FDCWD = -100
CHANGING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def descriptor(position):
    """For a call that changes the open file in this argument."""
    return lambda tid, arguments: [open_file(tid, arguments[position])]


def named(*positions):
    """For a call that changes files: pairs of the arguments with a directory's descriptor (or None) and with a path."""
    return lambda tid, arguments: [file_at(tid, folder, path, arguments) for folder, path in positions]


def opened(folder, path, flags):
    def find(tid, arguments):
        if flags is not None and not arguments[flags] & CHANGING_FLAGS:
            return []
        file = file_at(tid, folder, path, arguments)
        return [file] if is_on_disk(file) else []
    return find


def opened_by_description(tid, arguments):
    # `struct open_how` begins with the flags.
    flags, = struct.unpack("=Q", memory(tid, arguments[2], 8))
    return opened(0, 1, 2)(tid, [*arguments[:2], flags])


# Name: number on x86_64, number on aarch64, function that finds the changed files.
CALLS = {
    "open": (2, None, opened(None, 0, 1)),
    "creat": (85, None, opened(None, 0, None)),
    "openat": (257, 56, opened(0, 1, 2)),
    "openat2": (437, 437, opened_by_description),
    "write": (1, 64, descriptor(0)),
    "pwrite64": (18, 68, descriptor(0)),
    "writev": (20, 66, descriptor(0)),
    "pwritev": (296, 70, descriptor(0)),
    "pwritev2": (328, 287, descriptor(0)),
    "sendfile": (40, 71, descriptor(0)),
    "copy_file_range": (326, 285, descriptor(2)),
    "fallocate": (285, 47, descriptor(0)),
    "fsync": (74, 82, descriptor(0)),
    "fdatasync": (75, 83, descriptor(0)),
    "truncate": (76, 45, named((None, 0))),
    "ftruncate": (77, 46, descriptor(0)),
    "rename": (82, None, named((None, 0), (None, 1))),
    "renameat": (264, 38, named((0, 1), (2, 3))),
    "renameat2": (316, 276, named((0, 1), (2, 3))),
    "link": (86, None, named((None, 0), (None, 1))),
    "linkat": (265, 37, named((0, 1), (2, 3))),
    "symlink": (88, None, named((None, 1))),
    "symlinkat": (266, 36, named((1, 2))),
    "unlink": (87, None, named((None, 0))),
    "unlinkat": (263, 35, named((0, 1))),
    "rmdir": (84, None, named((None, 0))),
    "mkdir": (83, None, named((None, 0))),
    "mkdirat": (258, 34, named((0, 1))),
    "chmod": (90, None, named((None, 0))),
    "fchmod": (91, 52, descriptor(0)),
    "fchmodat": (268, 53, named((0, 1))),
    "fchmodat2": (452, 452, named((0, 1))),
}
# The column of the table, and how the kernel names the architecture to a filter.
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class Refused(Exception):
    pass


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4


def ptrace(request, tid, address=0, data=0):
    if libc.ptrace(request, tid, address, data) < 0:
        error = ctypes.get_errno()
        raise ProcessLookupError() if error == 3 else OSError(error, os.strerror(error))


def syscall_info(tid):
    buffer = ctypes.create_string_buffer(128)
    ptrace(PTRACE_GET_SYSCALL_INFO, tid, len(buffer), ctypes.addressof(buffer))
    number, *arguments = struct.unpack_from("=7Q", buffer, 24)
    return number, arguments


def memory(tid, address, length):
    with open(f"/proc/{tid}/mem", "rb", buffering=0) as file:
        return os.pread(file.fileno(), length, address)


def c_string(tid, address):
    text = b""
    while b"\0" not in text:
        # A read that crosses into an unmapped page fails as a whole.
        part = memory(tid, address + len(text), 4096 - (address + len(text)) % 4096)
        if not part:
            break
        text += part
    return os.fsdecode(text.partition(b"\0")[0])


def signed(value):
    return ctypes.c_int(value & 0xFFFFFFFF).value


def file_at(tid, folder, path, arguments):
    name = c_string(tid, arguments[path])
    at = AT_FDCWD if folder is None else signed(arguments[folder])
    return os.path.join(os.readlink(f"/proc/{tid}/cwd" if at == AT_FDCWD else f"/proc/{tid}/fd/{at}"), name)


def is_on_disk(file):
    if file.startswith(("/proc/", "/sys/", "/memfd:")):
        return False
    try:
        mode = os.stat(file).st_mode
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def open_file(tid, number):
    """The path of an open file; None if it is not a file on a disk."""
    link = f"/proc/{tid}/fd/{signed(number)}"
    try:
        mode, file = os.stat(link).st_mode, os.readlink(link)
    except FileNotFoundError:
        # There is no such descriptor, so the call will fail.
        return None
    is_file = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
    return file if is_file and not file.startswith(("/proc/", "/sys/", "/memfd:")) else None


def numbers():
    """The calls of this machine by number: name, and the function that finds the changed files."""
    if platform.machine() not in MACHINES:
        raise Refused(f"there is no table of system calls for {platform.machine()}")
    column, _ = MACHINES[platform.machine()]
    return {row[column]: (name, row[2]) for name, row in CALLS.items() if row[column] is not None}


def stop_at(calls):
    """Makes this process and its children stop at these calls. The kernel's filter keeps all other calls fast."""
    _, architecture = MACHINES[platform.machine()]
    program = [(BPF_LOAD, 0, 0, 4), (BPF_JUMP_IF_EQUAL, 0, len(calls) + 1, architecture), (BPF_LOAD, 0, 0, 0)]
    for position, number in enumerate(calls):
        program.append((BPF_JUMP_IF_EQUAL, len(calls) - position, 0, number))
    program += [(BPF_RETURN, 0, 0, SECCOMP_RET_ALLOW), (BPF_RETURN, 0, 0, SECCOMP_RET_TRACE)]
    filters = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(filters)))
    for option, value, pointer in ((PR_SET_NO_NEW_PRIVS, 1, 0),
                                   (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(head))):
        if libc.prctl(option, value, pointer, 0, 0) < 0:
            raise OSError(ctypes.get_errno(), "seccomp is not permitted")


def become(command, calls, go, trouble):
    """Runs in the child: waits until it is traced, then becomes the command."""
    try:
        os.read(go, 1)
        # Python ignores these signals, and its children inherit that.
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        stop_at(calls)
        os.execvp(command[0], command)
    except OSError as error:
        os.write(trouble, f"{command[0]}: {error.strerror}".encode())
    os._exit(127)


class Trace:
    def __init__(self, last, is_after):
        self.calls = numbers()
        self.last, self.is_after = last, is_after
        self.changes, self.tids, self.waiting = [], set(), []
        # The thread that is inside a change.
        self.busy = None
        self.killed = False
        self.status = None

    def run(self, command):
        (go, start), (trouble, say) = os.pipe(), os.pipe()
        self.main = os.fork()
        if self.main == 0:
            become(command, self.calls, go, say)
        os.close(say)
        options = TRACESYSGOOD | TRACEFORK | TRACEVFORK | TRACECLONE | TRACEEXEC | TRACESECCOMP | EXITKILL
        try:
            ptrace(PTRACE_SEIZE, self.main, 0, options)
        except OSError as error:
            os.kill(self.main, signal.SIGKILL)
            raise Refused(f"ptrace is not permitted here ({error.strerror}); see /proc/sys/kernel/yama/ptrace_scope, "
                          "and the seccomp profile of the container if there is one")
        os.write(start, b"!")
        self.follow()
        words = os.read(trouble, 4096)
        if words:
            raise Refused(words.decode())

    def follow(self):
        while True:
            try:
                tid, status = os.waitpid(-1, WALL)
            except ChildProcessError:
                return
            if os.WIFSTOPPED(status):
                self.tids.add(tid)
                try:
                    self.stopped(tid, status)
                except ProcessLookupError:
                    # Another process has just killed it; waitpid reports its end next.
                    pass
                continue
            self.tids.discard(tid)
            if tid == self.main:
                self.status = os.waitstatus_to_exitcode(status)
            if tid == self.busy:
                self.change_is_over()

    def stopped(self, tid, status):
        event, number = status >> 16, os.WSTOPSIG(status)
        if self.killed:
            os.kill(tid, signal.SIGKILL)
        elif event == EVENT_SECCOMP:
            self.reached(tid)
        elif number == SYSCALL_STOP:
            if self.is_after and len(self.changes) == self.last:
                self.kill()
            else:
                ptrace(PTRACE_CONT, tid)
                self.change_is_over()
        elif event == EVENT_STOP:
            ptrace(PTRACE_LISTEN if number in GROUP_STOPS else PTRACE_CONT, tid)
        else:
            ptrace(PTRACE_CONT, tid, 0, 0 if event else number)

    def reached(self, tid):
        if self.busy is not None:
            self.waiting.append(tid)
            return
        change = self.describe(tid)
        if change is None:
            ptrace(PTRACE_CONT, tid)
            return
        self.changes.append(change)
        if len(self.changes) == self.last and not self.is_after:
            self.kill()
            return
        self.busy = tid
        ptrace(PTRACE_SYSCALL, tid)

    def change_is_over(self):
        self.busy = None
        waiting, self.waiting = self.waiting, []
        for tid in waiting:
            try:
                self.reached(tid)
            except ProcessLookupError:
                pass

    def describe(self, tid):
        number, arguments = syscall_info(tid)
        name, find = self.calls[number]
        try:
            files = [file for file in find(tid, arguments) if file is not None]
        except PermissionError as error:
            raise Refused(f"process {tid} cannot be looked into ({error.strerror}); run this as root")
        except OSError:
            # The kernel refuses a call with an invalid address or descriptor.
            files = []
        return f"{name} {' -> '.join(files)}" if files else None

    def kill(self):
        self.killed = True
        for tid in self.tids:
            try:
                os.kill(tid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def main():
    number, when, report, *command = sys.argv[1:]
    try:
        trace = Trace(int(number), {"before": False, "after": True}[when])
        trace.run(command)
        said = {"changes": trace.changes, "killed": trace.killed, "status": trace.status}
    except Refused as refusal:
        said = {"refused": str(refusal)}
    with open(report, "w", encoding="utf-8") as file:
        json.dump(said, file)


main()
