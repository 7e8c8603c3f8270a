/* undo_files.c - restores files (undo.h): bytes, mode and owner, or that there was none. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "reconfigure/plan/undo_priv.h"

static int set_owner(const char *path, const json_t *file, struct dbc_error *err)
{
    mode_t mode = (mode_t)json_integer_value(json_object_get(file, "mode")) & 07777;
    uid_t uid = (uid_t)json_integer_value(json_object_get(file, "uid"));
    gid_t gid = (gid_t)json_integer_value(json_object_get(file, "gid"));
    struct stat st;

    if (stat(path, &st) < 0) {
        return dbc_fail_errno(err, errno, "cannot look at %s", path);
    }
    if ((st.st_uid != uid || st.st_gid != gid) && chown(path, uid, gid) < 0) {
        return dbc_fail_errno(err, errno, "cannot give %s back to its owner", path);
    }
    if ((st.st_mode & 07777) != mode && chmod(path, mode) < 0) {
        return dbc_fail_errno(err, errno, "cannot set the mode of %s", path);
    }
    return 0;
}

static int restore(const char *path, const json_t *file, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = ifr_back_file_text(file, &text, err);

    if (rc == 0 && !ifr_back_has_bytes(path, &text)) {
        rc = dbc_file_replace(path, dbc_buf_str(&text), text.len, 0600, err);
    }
    if (rc == 0) {
        rc = set_owner(path, file, err);
    }
    dbc_buf_release(&text);
    return rc;
}

/* A read-only file system refuses to remove even a file that does not exist. */
static int take_away(const char *full, const char *path, struct dbc_error *err)
{
    int why = unlink(full) == 0 ? 0 : errno;
    struct stat st;

    if (why == 0 || (lstat(full, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))) {
        return 0;
    }
    return dbc_fail_errno(err, why, "cannot remove %s", path);
}

void ifr_back_files(struct ifr_back *back)
{
    const char *path = NULL;
    json_t *file = NULL;

    json_object_foreach(json_object_get(back->record, "files"), path, file)
    {
        struct dbc_error err = DBC_ERROR_INIT;
        char full[PATH_MAX];
        int rc = ifr_facts_path(back->host->facts, path, full, &err);
        if (ifr_back_file_is_foreign(back, path)) {
            rc = 0;
        } else if (rc == 0 && json_is_null(file)) {
            rc = take_away(full, path, &err);
        } else if (rc == 0) {
            rc = restore(full, file, &err);
        }
        if (rc < 0) {
            ifr_back_failed(back, path, &err);
        }
    }
}
