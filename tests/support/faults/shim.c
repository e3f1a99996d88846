/* Lets one call fail that changes files below some folders, or kills the program at it.
 *
 * Loaded with LD_PRELOAD it does nothing until fault_arm is called. It counts calls of the functions below whose
 * file, or whose new name, lies below one of the folders. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL_BEFORE = -1, KILL_AFTER = -2, TEAR = -3 }; /* a positive kind is the errno with which the call fails */

static char folders[4][PATH_MAX];
static long armed_at = -1, calls;
static int armed_kind, log_file = -1, full;

void fault_arm(const char *below, const char *log, long at, int kind) {
    const char *rest = below;
    for (int i = 0; i < 4; i++) {
        size_t length = strcspn(rest, ":");
        snprintf(folders[i], sizeof folders[i], "%.*s", (int)length, rest);
        rest += length + (rest[length] == ':');
    }
    log_file = log ? open(log, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600) : -1;
    armed_kind = kind;
    calls = full = 0;
    armed_at = at;
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static int below(const char *path) {
    for (int i = 0; i < 4; i++) {
        size_t length = strlen(folders[i]);
        if (length && !strncmp(path, folders[i], length) && (path[length] == '/' || !path[length])) return 1;
    }
    return 0;
}

static int named(int folder, const char *path, char *whole) {
    char base[PATH_MAX / 2] = "";
    if (armed_at < 0 || !path) return 0;
    if (path[0] == '/') return snprintf(whole, PATH_MAX, "%s", path), below(whole);
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
    }
    snprintf(whole, PATH_MAX, "%s%s%s", base, *path ? "/" : "", path);
    return below(whole);
}

/* Counts a call; gives 1 where it is to fail (errno is set), 2 where half of it is to be done before the end. */
static int fault(const char *call, int folder, const char *path, int grows) {
    char whole[PATH_MAX];
    if (!named(folder, path, whole)) return 0;
    int saved = errno;
    long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    if (log_file >= 0) dprintf(log_file, "%ld %s %s\n", number, call, whole);
    errno = saved;
    if (full && grows) return errno = armed_kind, 1; /* a disk that is full stays full */
    if (number != armed_at) return 0;
    if (armed_kind == KILL_BEFORE) raise(SIGKILL);
    if (armed_kind == TEAR) return 2;
    if (armed_kind > 0) {
        full = armed_kind == ENOSPC;
        if (full && !grows) return 0;
        return errno = armed_kind, 1;
    }
    return 0;
}

#define DONE(result)                                                            \
    do {                                                                        \
        if (armed_at > 0 && calls == armed_at && armed_kind == KILL_AFTER && counted) raise(SIGKILL); \
        return result;                                                          \
    } while (0)

#define CALL(type, name, parameters, arguments, folder, path, grows)            \
    type name parameters {                                                      \
        static type(*real) parameters;                                          \
        if (!real) *(void **)&real = next(#name);                               \
        long before = calls;                                                    \
        int what = fault(#name, folder, path, grows);                           \
        int counted = calls != before;                                          \
        if (what == 1) return -1;                                               \
        if (what == 2) raise(SIGKILL);                                          \
        type result = real arguments;                                           \
        DONE(result);                                                           \
    }

#define WRITE(name, parameters, arguments, half)                                \
    ssize_t name parameters {                                                   \
        static ssize_t(*real) parameters;                                       \
        if (!real) *(void **)&real = next(#name);                               \
        long before = calls;                                                    \
        int what = file > 2 ? fault(#name, file, "", 1) : 0;                    \
        int counted = calls != before;                                          \
        if (what == 1) return -1;                                               \
        if (what == 2) {                                                        \
            real half;                                                          \
            raise(SIGKILL);                                                     \
        }                                                                       \
        ssize_t result = real arguments;                                        \
        DONE(result);                                                           \
    }

WRITE(write, (int file, const void *data, size_t size), (file, data, size), (file, data, size / 2))
WRITE(pwrite, (int file, const void *data, size_t size, off_t at), (file, data, size, at), (file, data, size / 2, at))
WRITE(pwrite64, (int file, const void *data, size_t size, off64_t at), (file, data, size, at),
      (file, data, size / 2, at))
WRITE(writev, (int file, const struct iovec *parts, int count), (file, parts, count), (file, parts, count / 2))

CALL(int, fsync, (int file), (file), file, "", 0)
CALL(int, fdatasync, (int file), (file), file, "", 0)
CALL(int, ftruncate, (int file, off_t size), (file, size), file, "", 0)
CALL(int, ftruncate64, (int file, off64_t size), (file, size), file, "", 0)
CALL(int, unlink, (const char *path), (path), AT_FDCWD, path, 0)
CALL(int, unlinkat, (int at, const char *path, int flags), (at, path, flags), at, path, 0)
CALL(int, rmdir, (const char *path), (path), AT_FDCWD, path, 0)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path, 1)
CALL(int, mkdirat, (int at, const char *path, mode_t mode), (at, path, mode), at, path, 1)
CALL(int, link, (const char *old, const char *new), (old, new), AT_FDCWD, new, 1)
CALL(int, linkat, (int at, const char *old, int to, const char *new, int flags), (at, old, to, new, flags), to, new, 1)
CALL(int, rename, (const char *old, const char *new), (old, new), AT_FDCWD, new, 0)
CALL(int, renameat, (int at, const char *old, int to, const char *new), (at, old, to, new), to, new, 0)
CALL(int, renameat2, (int at, const char *old, int to, const char *new, unsigned flags), (at, old, to, new, flags), to,
     new, 0)

#define OPEN(name, parameters, arguments, folder)                               \
    int name parameters {                                                       \
        static int(*real)();                                                    \
        if (!real) *(void **)&real = next(#name);                               \
        mode_t mode = 0;                                                        \
        if (flags & (O_CREAT | __O_TMPFILE)) {                                  \
            va_list rest;                                                       \
            va_start(rest, flags);                                              \
            mode = va_arg(rest, mode_t);                                        \
            va_end(rest);                                                       \
        }                                                                       \
        long before = calls;                                                    \
        int what = flags & O_CREAT ? fault(#name, folder, path, 1) : 0;         \
        int counted = calls != before;                                          \
        if (what == 1) return -1;                                               \
        if (what == 2) raise(SIGKILL);                                          \
        int result = real arguments;                                            \
        DONE(result);                                                           \
    }

OPEN(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode), at)
OPEN(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode), at)
