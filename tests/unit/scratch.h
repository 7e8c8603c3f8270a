/* scratch.h - for tests of the code that works on a host: a throw-away root tree, and a log that is
 * kept. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/strvec.h"

struct scratch {
    char root[64];
};

static inline void scratch_make(struct scratch *s)
{
    snprintf(s->root, sizeof s->root, "/tmp/dbcache-test-XXXXXX");
    if (!mkdtemp(s->root)) {
        abort();
    }
}

static inline int scratch_unlink(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void scratch_remove(struct scratch *s)
{
    nftw(s->root, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path below the root, valid until the next call. */
static inline const char *scratch_path(struct scratch *s, const char *path)
{
    static char full[4][512];
    static unsigned turn;
    char *out = full[turn++ % 4];
    snprintf(out, sizeof full[0], "%s%s", s->root, path);
    return out;
}

static inline void scratch_mkdir(struct scratch *s, const char *path)
{
    char full[512];
    snprintf(full, sizeof full, "%s%s", s->root, path);
    for (char *slash = full + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(full, 0755);
        *slash = '/';
    }
    mkdir(full, 0755);
}

static inline void scratch_write(struct scratch *s, const char *path, const char *text, mode_t mode)
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    scratch_mkdir(s, folder);
    FILE *f = fopen(scratch_path(s, path), "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0 || chmod(scratch_path(s, path), mode) != 0) {
        abort();
    }
}

/* A program of the invented host: a shell script. */
static inline void scratch_script(struct scratch *s, const char *path, const char *script)
{
    char text[4096];
    snprintf(text, sizeof text, "#!/bin/sh\nroot='%s'\n%s\n", s->root, script);
    scratch_write(s, path, text, 0755);
}

/* The text of a file, or "(none)"; valid until the next call. */
static inline const char *scratch_read(struct scratch *s, const char *path)
{
    static char text[65536];
    FILE *f = fopen(scratch_path(s, path), "r");
    if (!f) {
        return "(none)";
    }
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

struct captured {
    struct dbc_log log;
    struct dbc_strvec lines;
};

static inline void captured_line(void *ctx, enum dbc_level level, const char *text)
{
    struct captured *captured = ctx;
    (void)level;
    dbc_strvec_push(&captured->lines, text);
}

static inline void captured_init(struct captured *captured)
{
    memset(captured, 0, sizeof *captured);
    captured->log.line = captured_line;
    captured->log.ctx = captured;
}

static inline void captured_release(struct captured *captured)
{
    dbc_strvec_release(&captured->lines);
}

/* All words joined by '|', for one comparison; valid until the next call. */
static inline const char *joined(const struct dbc_strvec *vec)
{
    static char text[65536];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < vec->n && used < sizeof text; i++) {
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "|" : "", vec->v[i]);
    }
    return text;
}

#endif
