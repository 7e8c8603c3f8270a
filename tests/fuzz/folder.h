/* folder.h - a folder of the target's own, in memory, which goes when the program ends. */
#ifndef FUZZ_FOLDER_H
#define FUZZ_FOLDER_H

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy.h"

static char folder[] = "/dev/shm/fuzz.XXXXXX";

static int folder_remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static void folder_remove(void)
{
    nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Makes the folder and these below it, each after the one that it is in.  Returns false when that
 * was done before. */
static inline bool folder_make(const char *const *below, size_t n)
{
    static bool made;
    char path[128];

    if (made) {
        return false;
    }
    made = true;
    must(mkdtemp(folder) != NULL && atexit(folder_remove) == 0, "no folder", folder);
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s%s", folder, below[i]);
        must(mkdir(path, 0755) == 0, "no folder", path);
    }
    return true;
}

/* Returns a path below the folder, valid until the next call. */
static inline const char *folder_at(const char *path)
{
    static char text[128];

    snprintf(text, sizeof text, "%s%s", folder, path);
    return text;
}

/* Makes or replaces a file. */
static inline void folder_put(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(folder_at(path), "we");

    must(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0, "no file", path);
}

#endif
