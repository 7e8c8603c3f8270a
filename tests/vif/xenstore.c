/* xenstore.c - a stand-in for libxenstore, since xenstored runs under Xen only: keys are files
 * named `value` below the folder XENSTORE, one folder for each part of a path.  XENSTORE_FAILS is a
 * path that can be neither read nor changed. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define VALUE_MAX 4096 /* as of xenstored */

static int the_only;

API void *xs_open(unsigned long flags);
API void xs_close(void *handle);
API void *xs_read(void *handle, uint32_t transaction, const char *path, unsigned *len);
API bool xs_write(void *handle, uint32_t transaction, const char *path, const void *data,
                  unsigned len);
API bool xs_rm(void *handle, uint32_t transaction, const char *path);

void *xs_open(unsigned long flags)
{
    (void)flags;
    if (getenv("XENSTORE") == NULL) {
        errno = ECONNREFUSED;
        return NULL;
    }
    return &the_only;
}

void xs_close(void *handle)
{
    (void)handle;
}

static bool place_of(const char *path, char out[VALUE_MAX])
{
    const char *fails = getenv("XENSTORE_FAILS");

    if (fails != NULL && strcmp(fails, path) == 0) {
        errno = EACCES;
        return false;
    }
    snprintf(out, VALUE_MAX, "%s%s/value", getenv("XENSTORE"), path);
    return true;
}

void *xs_read(void *handle, uint32_t transaction, const char *path, unsigned *len)
{
    char place[VALUE_MAX], *value = NULL;
    FILE *file = NULL;

    (void)handle;
    (void)transaction;
    file = place_of(path, place) ? fopen(place, "r") : NULL;
    value = file != NULL ? calloc(1, VALUE_MAX + 1) : NULL;
    if (value != NULL) {
        *len = (unsigned)fread(value, 1, VALUE_MAX, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    return value;
}

bool xs_write(void *handle, uint32_t transaction, const char *path, const void *data, unsigned len)
{
    char place[VALUE_MAX];
    FILE *file = NULL;
    bool done = false;

    (void)handle;
    (void)transaction;
    if (!place_of(path, place)) {
        return false;
    }
    for (char *slash = strchr(place + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(place, 0755);
        *slash = '/';
    }
    file = fopen(place, "w");
    done = file != NULL && fwrite(data, 1, len, file) == len;
    return file != NULL && fclose(file) == 0 && done;
}

bool xs_rm(void *handle, uint32_t transaction, const char *path)
{
    char place[VALUE_MAX];

    (void)handle;
    (void)transaction;
    return place_of(path, place) && unlink(place) == 0;
}
