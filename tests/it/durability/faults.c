/*
 * Loaded into the program by LD_PRELOAD: makes calls that change files fail, as a full or dying disk would.
 *
 * FAULTS_FOLDER  only files beneath this folder are touched
 * FAULTS_LOG     one byte is appended for each call counted, so that a clean run tells how many there are
 * FAULTS_AT      number of the call that fails, from 1
 * FAULTS_KIND    eio: that call alone fails; enospc: that call and all that would take space after it;
 *                erofs: every call that changes a file, from the start, and opening for writing
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long counted;

static int beneath(const char *path) {
    const char *folder = getenv("FAULTS_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int beneath_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return beneath(path);
}

/* The error that this call ends with, or 0. */
static int verdict(int takes_space) {
    const char *kind = getenv("FAULTS_KIND"), *at = getenv("FAULTS_AT"), *log = getenv("FAULTS_LOG");
    long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    if (log) {
        int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd >= 0) {
            syscall(SYS_write, fd, ".", 1);
            syscall(SYS_close, fd);
        }
    }
    if (!kind) return 0;
    if (strcmp(kind, "erofs") == 0) return EROFS;
    long wanted = at ? atol(at) : 0;
    if (strcmp(kind, "eio") == 0) return number == wanted ? EIO : 0;
    if (strcmp(kind, "enospc") == 0) return number >= wanted && takes_space ? ENOSPC : 0;
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_FD(fd, takes_space)                                                                                       \
    if (beneath_fd(fd)) {                                                                                              \
        int error = verdict(takes_space);                                                                              \
        if (error) { errno = error; return -1; }                                                                       \
    }
#define FAIL_PATH(path, takes_space)                                                                                   \
    if (beneath(path)) {                                                                                               \
        int error = verdict(takes_space);                                                                              \
        if (error) { errno = error; return -1; }                                                                       \
    }

ssize_t write(int fd, const void *bytes, size_t size) { FAIL_FD(fd, 1) return REAL(write)(fd, bytes, size); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { FAIL_FD(fd, 1) return REAL(pwrite)(fd, bytes, size, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { FAIL_FD(fd, 1) return REAL(pwrite64)(fd, bytes, size, at); }
int ftruncate(int fd, off_t size) { FAIL_FD(fd, 0) return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { FAIL_FD(fd, 0) return REAL(ftruncate64)(fd, size); }
int fsync(int fd) { FAIL_FD(fd, 1) return REAL(fsync)(fd); }
int fdatasync(int fd) { FAIL_FD(fd, 1) return REAL(fdatasync)(fd); }
int rename(const char *from, const char *to) { FAIL_PATH(to, 0) return REAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { FAIL_PATH(path, 1) return REAL(mkdir)(path, mode); }

/* Files are only ever opened: a read-only file system refuses it for writing, a full one when it would make a file. */
static int open_error(const char *path, int flags) {
    const char *kind = getenv("FAULTS_KIND");
    if (!kind || !beneath(path)) return 0;
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    return strcmp(kind, "erofs") == 0 && writes ? EROFS : 0;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = va_arg(rest, mode_t);                                                                            \
        va_end(rest);                                                                                                  \
        int error = open_error(path, flags);                                                                           \
        if (error) { errno = error; return -1; }                                                                       \
        return REAL(name)(path, flags, mode);                                                                          \
    }
OPEN(open)
OPEN(open64)
