/* fuzz_archive.c - a hostile file as an archive: all members and all their bytes, and archives
 * inside of it.
 *
 * Checked beside "no crash": a failure has a reason and a success has none, the size of the pieces
 * makes no difference, and no limit is exceeded. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t len, at, piece;
};

struct result {
    uint64_t hash; /* of names and bytes */
    size_t members;
    bool whole; /* no member's bytes ended in an error */
    enum dbc_code code;
};

static ssize_t input_read(const struct dbc_stream *self, char *buffer, size_t len,
                          struct dbc_error *err)
{
    struct input *input = self->ctx;
    size_t n = input->len - input->at < len ? input->len - input->at : len;

    (void)err;
    n = n < input->piece ? n : input->piece;
    memcpy(buffer, input->data + input->at, n);
    input->at += n;
    return (ssize_t)n;
}

static void add(struct result *result, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        result->hash = (result->hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    }
}

static void add_bytes(struct result *result, const struct dbc_stream *stream)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char some[4096];
    uint64_t total = 0;
    ssize_t n = 1;

    while (n > 0) {
        n = stream->read(stream, some, sizeof some, &err);
        add(result, some, n > 0 ? (size_t)n : 0);
        total += n > 0 ? (uint64_t)n : 0;
    }
    if ((n < 0) != (err.code != DBC_OK) || total > DBC_LIMIT_MEMBER_BYTES) {
        abort();
    }
    result->whole = result->whole && n == 0;
}

/* `depth` archives deep; 0: no member is read. */
static struct result walk(const struct dbc_stream *stream, unsigned depth)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_archive *archive = dbc_archive_open(stream, &err);
    struct result result = { .whole = true };
    struct dbc_member member;
    int rc = archive != NULL ? 1 : -1;

    while (rc > 0 && (rc = dbc_archive_next(archive, &member, &err)) > 0) {
        struct dbc_stream bytes = dbc_archive_stream(archive, "member");
        result.members++;
        add(&result, member.path, strlen(member.path) + 1);
        if (strlen(member.path) > DBC_LIMIT_ARCHIVE_PATH ||
            (member.outside && member.path[0] == '\0')) {
            abort();
        }
        if (depth == 1) {
            add_bytes(&result, &bytes);
        } else if (depth > 1) {
            struct result inside = walk(&bytes, depth - 1);
            result.hash ^= inside.hash;
        }
    }
    dbc_archive_close(archive);
    if ((rc != 0) != (err.code != DBC_OK)) {
        abort();
    }
    result.code = err.code;
    return result;
}

static struct result walk_input(const uint8_t *data, size_t size, size_t piece, unsigned depth)
{
    struct input input = { .data = data, .len = size, .piece = piece };
    struct dbc_stream stream = { .name = "fuzz", .read = input_read, .ctx = &input };

    return walk(&stream, depth);
}

/* How far a piece reaches decides how many bytes come before an error, and how many packed ones the
 * unpacked are compared with. */
static bool is_same(const struct result *a, const struct result *b)
{
    if (a->code == DBC_ELIMIT || b->code == DBC_ELIMIT) {
        return true;
    }
    return a->code == b->code && a->members == b->members && a->whole == b->whole &&
           (!a->whole || a->hash == b->hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct result whole = walk_input(data, size, SIZE_MAX, 1);
    struct result cut = walk_input(data, size, 1 + size % 700, 1);

    if (!is_same(&whole, &cut)) {
        abort();
    }
    walk_input(data, size, SIZE_MAX, 0);
    walk_input(data, size, SIZE_MAX, 2);
    return 0;
}
