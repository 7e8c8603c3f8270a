/* file.c - reads a whole file, replaces one so that nobody ever sees half of it, and removes what
 * killed runs left.  fileset.c builds on the same steps for several files at once. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "base/tempfile.h"

#define READ_CHUNK ((size_t)64 * 1024)
#define MARK ".dbc-"
#define MARK_LEN (sizeof MARK - 1)
#define RANDOM_LEN 6

/* ---- Reading ------------------------------------------------------------------------------- */

static bool fits(const struct stat *st, bool pipes)
{
    return S_ISREG(st->st_mode) || (pipes && S_ISFIFO(st->st_mode));
}

static int wrong_kind(const char *path, const struct stat *st, struct dbc_error *err)
{
    return dbc_fail_at(err, DBC_EINVAL, path, 0, 0, "expected a regular file, found %s",
                       S_ISDIR(st->st_mode) ? "a directory" : "something else");
}

/* stat comes first, since opening some devices already has effects; fstat follows, since another
 * file may be there by then.  O_NONBLOCK keeps a FIFO from blocking. */
int dbc_file_open(const char *path, bool pipes, struct dbc_error *err)
{
    struct stat st = { 0 };
    int fd = -1;

    if (stat(path, &st) != 0) {
        return dbc_fail_errno(err, errno, "cannot read %s", path);
    }
    if (!fits(&st, pipes)) {
        return wrong_kind(path, &st, err);
    }
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        dbc_fail_errno(err, errno, "cannot read %s", path);
    } else if (!fits(&st, pipes)) {
        wrong_kind(path, &st, err);
    } else {
        if (pipes) {
            (void)fcntl(fd, F_SETFL, 0); /* reading waits for the writer */
        }
        return fd;
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

/* Reads to the end of the file: the size from stat is a hint only (0 in /proc, 4096 in /sys). */
static int read_all(int fd, const char *path, size_t hint, size_t max, struct dbc_buf *out,
                    struct dbc_error *err)
{
    size_t total = 0;

    for (;;) {
        size_t want = total < hint ? hint - total : READ_CHUNK;
        char *room = NULL;
        ssize_t n = 0;

        if (want > max - total) {
            want = max - total + 1; /* one more, to see whether the file is too large */
        }
        room = dbc_buf_reserve(out, want);
        if (room == NULL) {
            return dbc_fail_nomem(err);
        }
        n = read(fd, room, want);
        if (n == 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return dbc_fail_errno(err, errno, "cannot read %s", path);
        }
        if (n > 0 && (size_t)n > max - total) {
            return dbc_fail_at(err, DBC_ELIMIT, path, 0, 0, "larger than the limit of %zu bytes",
                               max);
        }
        if (n > 0) {
            dbc_buf_added(out, (size_t)n);
            total += (size_t)n;
        }
    }
}

int dbc_file_read(const char *path, size_t max, struct dbc_buf *out, struct dbc_error *err)
{
    struct stat st = { 0 };
    size_t before = out->len;
    int fd = dbc_file_open(path, false, err), status = -1;

    if (fd >= 0) {
        (void)fstat(fd, &st); /* the size is a hint only */
        status = read_all(fd, path, (size_t)st.st_size + 1, max, out, err);
        close(fd);
    }
    if (status != 0 && out->data != NULL) {
        out->len = before;
        out->data[before] = '\0';
    }
    return status;
}

/* ---- Places -------------------------------------------------------------------------------- */

/* Replaces the link's path in `at` by its target.  -1 with errno. */
static int follow(char at[PATH_MAX], const char *target)
{
    const char *slash = strrchr(at, '/');
    size_t folder = slash == NULL || target[0] == '/' ? 0 : (size_t)(slash - at) + 1;

    if (strlen(target) >= PATH_MAX - folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(at + folder, target, strlen(target) + 1);
    return 0;
}

/* Follows symlinks in the last part of the path; the kernel follows the others.  A link to a file
 * that does not exist yet gives the file to make.  -1 with errno. */
static int resolve(const char *path, char at[PATH_MAX])
{
    char target[PATH_MAX] = "";

    at[0] = '\0';
    if (follow(at, path) != 0) {
        return -1;
    }
    for (int i = 0; i <= DBC_SYMLINK_MAX; i++) {
        ssize_t n = readlink(at, target, sizeof target - 1);
        if (n < 0) {
            return errno == EINVAL || errno == ENOENT ? 0 : -1;
        }
        target[n] = '\0';
        if (follow(at, target) != 0) {
            return -1;
        }
    }
    errno = ELOOP;
    return -1;
}

/* Opens the folder and notes the name in it.  -1 with errno. */
static int open_folder(struct dbc_place *place, const char *at)
{
    const char *slash = strrchr(at, '/'), *name = slash == NULL ? at : slash + 1;
    char folder[PATH_MAX] = ".";
    struct stat st = { 0 };

    if (strlen(name) >= sizeof place->name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(place->name, name, strlen(name) + 1);
    if (slash != NULL) {
        memcpy(folder, at, (size_t)(slash - at) + 1);
        folder[slash - at + 1] = '\0';
    }
    place->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->dir < 0 || fstat(place->dir, &st) != 0) {
        return -1;
    }
    place->dev = st.st_dev;
    place->ino = st.st_ino;
    return 0;
}

/* Fills in what file is there now, if any. */
static int look(struct dbc_place *place, struct dbc_error *err)
{
    struct stat st = { 0 };

    if (place->name[0] == '\0' || strcmp(place->name, ".") == 0 || strcmp(place->name, "..") == 0) {
        return dbc_fail_at(err, DBC_EINVAL, place->path, 0, 0, "expected the name of a file");
    }
    if (fstatat(place->dir, place->name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 : dbc_fail_errno(err, errno, "cannot look at %s", place->path);
    }
    if (!S_ISREG(st.st_mode)) {
        return dbc_fail_at(err, DBC_EINVAL, place->path, 0, 0,
                           "not replaced: expected a regular file");
    }
    place->exists = true;
    place->mode = st.st_mode & 07777;
    place->uid = st.st_uid;
    place->gid = st.st_gid;
    return 0;
}

int dbc_place_open(struct dbc_place *place, const char *path, struct dbc_error *err)
{
    char at[PATH_MAX] = "";

    *place = (struct dbc_place){ .path = path, .dir = -1 };
    if (resolve(path, at) != 0 || open_folder(place, at) != 0) {
        dbc_fail_errno(err, errno, "cannot write %s", path);
        goto fail;
    }
    if (look(place, err) == 0) {
        return 0;
    }
fail:
    dbc_place_close(place);
    return -1;
}

void dbc_place_close(struct dbc_place *place)
{
    if (place->dir >= 0) {
        close(place->dir);
    }
    place->dir = -1;
}

int dbc_place_sync(const struct dbc_place *place, struct dbc_error *err)
{
    int status = 0;

    do {
        status = fsync(place->dir);
    } while (status != 0 && errno == EINTR);
    if (status == 0 || errno == EINVAL || errno == EOPNOTSUPP) {
        return 0; /* some file systems cannot sync a folder and need not */
    }
    return dbc_fail_errno(err, errno, "%s is changed, but cannot sync its folder", place->path);
}

/* ---- Temporary files ----------------------------------------------------------------------- */

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

int dbc_temp_name(const struct dbc_place *place, char temp[NAME_MAX + 1])
{
    char end[RANDOM_LEN + 1] = "";
    uint64_t random = dbc_random();
    int len = 0;

    for (size_t i = 0; i < RANDOM_LEN; i++) {
        end[i] = letters[random % (sizeof letters - 1)];
        random /= sizeof letters - 1;
    }
    len = snprintf(temp, NAME_MAX + 1, ".%s" MARK "%s", place->name, end);
    if (len > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return 0;
}

/* Makes the temporary file and returns its descriptor, or -1 with errno. */
static int create(const struct dbc_place *place, char temp[NAME_MAX + 1])
{
    int fd = -1;

    for (int i = 0; i < DBC_TEMP_TRIES && fd < 0; i++) {
        if (dbc_temp_name(place, temp) != 0) {
            return -1;
        }
        fd = openat(place->dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST && errno != EINTR) {
            return -1;
        }
    }
    return fd;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n == 0) {
            errno = EIO; /* a regular file never does this, but it would be an endless loop */
        }
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return -1;
        }
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* Sets owner and mode of a written file and syncs it.  Owner before mode, since chown takes the
 * setuid bits away.  -1 with errno. */
static int settle(int fd, const struct dbc_place *place, mode_t mode)
{
    int status = 0;

    if (place->exists && fchown(fd, place->uid, place->gid) != 0) {
        return -1;
    }
    if (fchmod(fd, place->exists ? place->mode : mode & 07777) != 0) {
        return -1;
    }
    do {
        status = fsync(fd);
    } while (status != 0 && errno == EINTR);
    return status;
}

/* Returns 0, or errno. */
static int settle_and_close(int fd, const struct dbc_place *place, mode_t mode)
{
    int reason = settle(fd, place, mode) == 0 ? 0 : errno;

    if (close(fd) != 0 && errno != EINTR && reason == 0) {
        reason = errno; /* a network file system says here that the disk is full */
    }
    return reason;
}

int dbc_temp_write(const struct dbc_place *place, const void *data, size_t len, mode_t mode,
                   char temp[NAME_MAX + 1], struct dbc_error *err)
{
    int fd = create(place, temp), reason = errno;

    if (fd >= 0) {
        if (write_all(fd, data, len) == 0) {
            reason = settle_and_close(fd, place, mode);
        } else {
            reason = errno;
            close(fd);
        }
        if (reason == 0) {
            return 0;
        }
        unlinkat(place->dir, temp, 0);
    }
    temp[0] = '\0';
    return dbc_fail_errno(err, reason, "cannot write %s", place->path);
}

static int put_live(const struct dbc_place *place, const char *temp, struct dbc_error *err)
{
    if (renameat(place->dir, temp, place->dir, place->name) != 0) {
        dbc_fail_errno(err, errno, "cannot replace %s", place->path);
        unlinkat(place->dir, temp, 0);
        return -1;
    }
    return dbc_place_sync(place, err);
}

int dbc_file_replace(const char *path, const void *data, size_t len, mode_t mode,
                     struct dbc_error *err)
{
    struct dbc_place place;
    char temp[NAME_MAX + 1] = "";
    int status = -1;

    if (dbc_place_open(&place, path, err) != 0) {
        return -1;
    }
    if (dbc_temp_write(&place, data, len, mode, temp, err) == 0) {
        status = put_live(&place, temp, err);
    }
    dbc_place_close(&place);
    return status;
}

/* ---- Piece by piece ------------------------------------------------------------------------ */

struct dbc_file_writer {
    struct dbc_place place;
    char *path;
    mode_t mode;
    int fd; /* -1: settled */
    char temp[NAME_MAX + 1];
};

struct dbc_file_writer *dbc_file_begin(const char *path, mode_t mode, struct dbc_error *err)
{
    struct dbc_file_writer *writer = calloc(1, sizeof *writer);

    if (writer == NULL || (writer->path = strdup(path)) == NULL) {
        free(writer);
        dbc_fail_nomem(err);
        return NULL;
    }
    writer->mode = mode;
    if (dbc_place_open(&writer->place, writer->path, err) != 0) {
        free(writer->path);
        free(writer);
        return NULL;
    }
    writer->fd = create(&writer->place, writer->temp);
    if (writer->fd < 0) {
        dbc_fail_errno(err, errno, "cannot write %s", path);
        writer->temp[0] = '\0';
        dbc_file_drop(writer);
        return NULL;
    }
    return writer;
}

int dbc_file_write(struct dbc_file_writer *writer, const void *data, size_t len,
                   struct dbc_error *err)
{
    return write_all(writer->fd, data, len) == 0
               ? 0
               : dbc_fail_errno(err, errno, "cannot write %s", writer->path);
}

int dbc_file_settle(struct dbc_file_writer *writer, struct dbc_error *err)
{
    int reason = settle_and_close(writer->fd, &writer->place, writer->mode);

    writer->fd = -1;
    return reason == 0 ? 0 : dbc_fail_errno(err, reason, "cannot write %s", writer->path);
}

int dbc_file_finish(struct dbc_file_writer *writer, struct dbc_error *err)
{
    int status = writer->fd < 0 ? 0 : dbc_file_settle(writer, err);

    if (status == 0) {
        status = put_live(&writer->place, writer->temp, err);
        writer->temp[0] = '\0';
    }
    dbc_file_drop(writer);
    return status;
}

void dbc_file_drop(struct dbc_file_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    if (writer->fd >= 0) {
        close(writer->fd);
    }
    if (writer->temp[0] != '\0') {
        unlinkat(writer->place.dir, writer->temp, 0);
    }
    dbc_place_close(&writer->place);
    free(writer->path);
    free(writer);
}

/* ---- Folders ------------------------------------------------------------------------------- */

bool dbc_file_is_folder(const char *path)
{
    struct stat st = { 0 };

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* -1 with errno. */
static int make_folder(const char *path)
{
    struct dbc_place above = { .dir = -1 };
    int status = -1;

    if (dbc_file_is_folder(path)) {
        return 0;
    }
    if (mkdir(path, DBC_FOLDER_MODE) != 0) {
        return errno == EEXIST && dbc_file_is_folder(path) ? 0 : -1; /* another run made it */
    }
    if (chmod(path, DBC_FOLDER_MODE) == 0 && open_folder(&above, path) == 0) {
        status = dbc_place_sync(&above, NULL);
    }
    dbc_place_close(&above);
    return status;
}

int dbc_make_folders(const char *path, size_t keep, struct dbc_error *err)
{
    char folder[PATH_MAX] = "";
    size_t len = strlen(path);

    if (len >= sizeof folder) {
        return dbc_fail_errno(err, ENAMETOOLONG, "cannot make the folder of %s", path);
    }
    for (size_t i = keep; i < len; i++) {
        if (path[i] != '/' || i == 0) {
            continue;
        }
        memcpy(folder, path, i);
        folder[i] = '\0';
        if (make_folder(folder) != 0) {
            return dbc_fail_errno(err, errno, "cannot make the folder %s", folder);
        }
    }
    return 0;
}

/* ---- Leftovers ----------------------------------------------------------------------------- */

/* Returns where NAME ends in ".NAME.dbc-XXXXXX", ".NAME.xapi-new" or ".NAME.xapi-old"; 0 for other
 * names. */
static size_t name_end(const char *entry)
{
    size_t len = strlen(entry), end = 0;

    if (entry[0] != '.') {
        return 0;
    }
    if (len > 10 &&
        (strcmp(entry + len - 9, ".xapi-new") == 0 || strcmp(entry + len - 9, ".xapi-old") == 0)) {
        return len - 9;
    }
    if (len <= 1 + MARK_LEN + RANDOM_LEN) {
        return 0;
    }
    end = len - RANDOM_LEN - MARK_LEN;
    if (memcmp(entry + end, MARK, MARK_LEN) != 0 ||
        strspn(entry + len - RANDOM_LEN, letters) != RANDOM_LEN) {
        return 0;
    }
    return end;
}

static bool is_leftover(int dir, const char *entry, const char *only)
{
    size_t end = name_end(entry);
    struct stat st = { 0 };

    if (end < 2 ||
        (only != NULL && (strlen(only) != end - 1 || memcmp(entry + 1, only, end - 1) != 0))) {
        return false;
    }
    return fstatat(dir, entry, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

/* The old program removed NAME before it put the new file in place; when it was killed in between,
 * the only copy is ".NAME.xapi-old".  A NAME that exists stays as it is. */
static bool rescue(int dir, const char *entry)
{
    size_t end = name_end(entry);
    char name[NAME_MAX + 1] = "";

    if (strcmp(entry + end, ".xapi-old") != 0) {
        return true;
    }
    memcpy(name, entry + 1, end - 1);
    return linkat(dir, entry, dir, name, 0) == 0 || errno == EEXIST;
}

/* Goes on after a failure; *err keeps the first. */
static int clean(DIR *folder, const char *path, const char *only, struct dbc_error *err)
{
    int status = 0;

    for (;;) {
        const struct dirent *entry = NULL;

        errno = 0;
        entry = readdir(folder);
        if (entry == NULL) {
            return errno == 0 ? status : dbc_fail_errno(err, errno, "cannot list %s", path);
        }
        if (is_leftover(dirfd(folder), entry->d_name, only) &&
            (!rescue(dirfd(folder), entry->d_name) ||
             (unlinkat(dirfd(folder), entry->d_name, 0) != 0 && errno != ENOENT))) {
            status = dbc_fail_errno(err, errno, "cannot remove %s/%s", path, entry->d_name);
        }
    }
}

int dbc_file_clean(const char *folder, const char *only, struct dbc_error *err)
{
    DIR *dir = opendir(folder);
    int status = 0;

    if (dir == NULL) {
        return errno == ENOENT ? 0 : dbc_fail_errno(err, errno, "cannot list %s", folder);
    }
    status = clean(dir, folder, only, err);
    closedir(dir);
    return status;
}
