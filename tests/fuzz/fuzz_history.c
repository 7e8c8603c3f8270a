/* fuzz_history.c - any bytes as the file of the history, which is read, written to and cleaned.
 *
 * Checked beside "no crash": a failure has a reason, a snapshot is within the limit, and what was
 * saved is read again as it was, or not at all: SQLite does not look at all of a damaged file
 * before it writes. */
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
#include "folder.h"
#include "store/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Replaces the file, and removes what SQLite left beside the one before. */
static void make_file(const uint8_t *data, size_t size)
{
    static const char *const beside[] = { "/h-wal", "/h-shm", "/h-journal" };

    folder_make(NULL, 0);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        unlink(folder_at(beside[i]));
    }
    folder_put("/h", data, size);
}

struct reading {
    int64_t ids[8];
    size_t n;
};

static int note(void *ctx, const struct dbc_snapshot *snapshot)
{
    struct reading *reading = ctx;

    must(snapshot->program != NULL && snapshot->reason != NULL, "a snapshot without texts", "");
    reading->ids[reading->n++] = snapshot->id;
    return reading->n == 8 ? 1 : 0;
}

static void read_all(struct dbc_history *history)
{
    struct reading reading = { .n = 0 };
    struct dbc_error err = DBC_ERROR_INIT;

    if (dbc_history_list(history, note, &reading, &err) < 0) {
        must(err.text[0] != '\0', "a failure without a reason", "");
    }
    for (size_t i = 0; i < reading.n; i++) {
        struct dbc_buf bytes = DBC_BUF_INIT;
        struct dbc_error why = DBC_ERROR_INIT;
        int rc = dbc_history_get(history, reading.ids[i], &bytes, &why);
        must((rc == 0) == (why.code == DBC_OK), "an error, or none", why.text);
        must(bytes.len <= DBC_LIMIT_FILE_BYTES, "too many bytes", "");
        dbc_buf_release(&bytes);
    }
}

static void write_one(struct dbc_history *history)
{
    static const char text[] = "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration/>\n";
    const struct dbc_history_entry entry = {
        .data = text, .len = sizeof text - 1, .program = "fuzz", .reason = "", .time = 1
    };
    struct dbc_buf bytes = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t id = 0;

    if (dbc_history_save(history, &entry, &id, &err) == 0) {
        bool back = dbc_history_get(history, id, &bytes, &err) == 0;
        must(back || err.text[0] != '\0', "a failure without a reason", "");
        must(!back || strcmp(dbc_buf_str(&bytes), text) == 0, "a saved one is another", "");
    } else {
        must(err.text[0] != '\0', "a failure without a reason", "");
    }
    dbc_buf_release(&bytes);
    dbc_history_gc(history, 2, 1, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int writing = 0; writing <= 1; writing++) {
        struct dbc_history *history = NULL;
        struct dbc_error err = DBC_ERROR_INIT;

        make_file(data, size);
        if (dbc_history_open(folder_at("/h"), writing != 0, &history, &err) < 0) {
            must(history == NULL && err.text[0] != '\0', "a failure without a reason", "");
            continue;
        }
        read_all(history);
        if (writing != 0) {
            write_one(history);
        }
        dbc_history_close(history);
    }
    return 0;
}
