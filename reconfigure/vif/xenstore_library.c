/* xenstore_library.c - xenstore by libxenstore (xenstore.h).  It is loaded at run time, since
 * machines without Xen, on which this project is built, do not have it.
 *
 * The functions are those in Xen 4's own xenstore.h.  Older releases have xs_daemon_open and
 * xs_daemon_close. */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/vif/xenstore.h"

typedef void *open_fn(unsigned long flags);
typedef void *old_open_fn(void);
typedef void close_fn(void *handle);
typedef void *read_fn(void *handle, uint32_t transaction, const char *path, unsigned *len);
typedef bool write_fn(void *handle, uint32_t transaction, const char *path, const void *data,
                      unsigned len);
typedef bool rm_fn(void *handle, uint32_t transaction, const char *path);

struct library {
    struct ifr_xenstore base;
    void *handle;
    close_fn *close;
    read_fn *read;
    write_fn *write;
    rm_fn *rm;
};

/* Of Xen 4.9 and later, and of older releases. */
static const char *const names[] = { "libxenstore.so.4", "libxenstore.so.3.0" };

static struct library *library_of(struct ifr_xenstore *self)
{
    return (struct library *)(void *)self;
}

static int library_read(struct ifr_xenstore *self, const char *path, struct dbc_buf *out,
                        struct dbc_error *err)
{
    struct library *library = library_of(self);
    unsigned len = 0;
    void *value = library->read(library->handle, 0, path, &len);

    if (value == NULL) {
        return dbc_fail_errno(err, errno, "xenstore: cannot read %s", path);
    }
    dbc_buf_add(out, value, len);
    free(value);
    return out->failed ? dbc_fail_nomem(err) : 0;
}

static int library_write(struct ifr_xenstore *self, const char *path, const char *value,
                         struct dbc_error *err)
{
    struct library *library = library_of(self);

    return library->write(library->handle, 0, path, value, (unsigned)strlen(value))
               ? 0
               : dbc_fail_errno(err, errno, "xenstore: cannot write %s", path);
}

static int library_remove(struct ifr_xenstore *self, const char *path, struct dbc_error *err)
{
    struct library *library = library_of(self);

    return library->rm(library->handle, 0, path) || errno == ENOENT
               ? 0
               : dbc_fail_errno(err, errno, "xenstore: cannot remove %s", path);
}

static void library_free(struct ifr_xenstore *self)
{
    struct library *library = library_of(self);

    library->close(library->handle);
    free(library);
}

/* ISO C cannot convert dlsym's pointer to a function pointer; POSIX allows this way. */
static bool find(void *object, const char *name, void *function)
{
    void *symbol = dlsym(object, name);

    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void *connect_to(void *object, bool *lacks)
{
    open_fn *open = NULL;
    old_open_fn *old_open = NULL;

    if (find(object, "xs_open", (void *)&open)) {
        return open(0);
    }
    *lacks = !find(object, "xs_daemon_open", (void *)&old_open);
    return *lacks ? NULL : old_open();
}

static int bind_all(struct library *library, void *object, struct dbc_error *err)
{
    bool lacks = !(find(object, "xs_close", (void *)&library->close) ||
                   find(object, "xs_daemon_close", (void *)&library->close)) ||
                 !find(object, "xs_read", (void *)&library->read) ||
                 !find(object, "xs_write", (void *)&library->write) ||
                 !find(object, "xs_rm", (void *)&library->rm);

    if (!lacks) {
        library->handle = connect_to(object, &lacks);
    }
    if (lacks) {
        return dbc_fail(err, DBC_EUNSUPPORTED, "libxenstore lacks a function of xenstore.h");
    }
    return library->handle != NULL
               ? 0
               : dbc_fail(err, DBC_EIO, "xenstored cannot be reached: %s", strerror(errno));
}

struct ifr_xenstore *ifr_xenstore_library(struct dbc_error *err)
{
    struct library *library = NULL;
    void *object = NULL;

    for (size_t i = 0; i < sizeof names / sizeof names[0] && object == NULL; i++) {
        object = dlopen(names[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    }
    if (object == NULL) {
        dbc_fail(err, DBC_ENOENT, "libxenstore is not installed");
        return NULL;
    }
    library = calloc(1, sizeof *library);
    if (library == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    library->base =
        (struct ifr_xenstore){ library_read, library_write, library_remove, library_free };
    if (bind_all(library, object, err) < 0) {
        free(library);
        return NULL;
    }
    return &library->base;
}
