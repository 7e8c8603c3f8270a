/* base_folder.h - for the tests of base/: a folder of its own for each test, and small files in it.
 * FOLDER_TEST makes it before and removes it after; its path is *state. */
#ifndef TESTS_UNIT_BASE_FOLDER_H
#define TESTS_UNIT_BASE_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>

#include "unit/scratch.h"

#define FOLDER_TEST(f) cmocka_unit_test_setup_teardown(f, folder_setup, folder_teardown)

static inline int folder_setup(void **state)
{
    char *folder = strdup("/tmp/dbcache-test-XXXXXX");

    *state = folder;
    return folder != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static inline int folder_teardown(void **state)
{
    int status = nftw(*state, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);

    free(*state);
    return status;
}

/* "FOLDER/NAME"; good for the next seven calls. */
static inline const char *in(const void *folder, const char *name)
{
    static char paths[8][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, PATH_MAX, "%s/%s", (const char *)folder, name);
    return path;
}

static inline void put_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* What a small file says; "(none)" when it is missing. */
static inline const char *get_file(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        return "(none)";
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static inline mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

/* The descriptor that the next open gives: it grows when one was left open. */
static inline int next_fd(void)
{
    int fd = open("/", O_RDONLY | O_CLOEXEC);

    close(fd);
    return fd;
}

/* Entries that start with '.', besides "." and "..": what must not stay. */
static inline int count_hidden(const char *folder)
{
    DIR *dir = opendir(folder);
    int n = 0;

    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        n += e->d_name[0] == '.' && strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    closedir(dir);
    return n;
}

#endif
