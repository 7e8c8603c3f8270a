/* fuzz_pending.c - the record of a change that waits to be confirmed, which every reader must treat
 * as hostile, and a database that is hostile too when the record's edits are taken back.
 *
 * The input is the record, a NUL, and what the server sends.  Checked beside "no crash": a record
 * that is refused has a reason.  In a record that is accepted no file is outside of its folders,
 * and no device, flow or bridge can be an option of a command or add a line to a file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/valid.h"
#include "json_mutator.h"
#include "reconfigure/host/ovsdb_priv.h"
#include "reconfigure/plan/undo.h"
#include "reconfigure/state/edits_undo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORD_BEFORE "idle_timeout=0," /* what follows it in a flow is a word of a command */
#define SOCKET_MAX 32768              /* what the socket takes at once */

static void expect(bool what)
{
    if (!what) {
        abort();
    }
}

static bool is_below(const char *path, const char *folder)
{
    return strncmp(path, folder, strlen(folder)) == 0;
}

static void look_at_files(const json_t *files)
{
    const char *path = NULL;
    json_t *file = NULL;

    json_object_foreach((json_t *)(uintptr_t)files, path, file)
    {
        expect(strstr(path, "/../") == NULL && strpbrk(path, "\n\r") == NULL);
        expect(is_below(path, "/etc/") || is_below(path, "/var/"));
        expect(!is_below(path, "/etc/init.d") && !is_below(path, "/etc/cron") &&
               !is_below(path, "/etc/passwd") && !is_below(path, "/etc/sudoers"));
    }
}

static void look_at_names(const json_t *part)
{
    const char *name = NULL;
    json_t *value = NULL;

    json_object_foreach((json_t *)(uintptr_t)part, name, value)
    {
        expect(name[0] != '-' && strpbrk(name, "/ \n\t") == NULL && strlen(name) < 16);
    }
}

static void look_at_flows(const json_t *added)
{
    const char *bridge = NULL;
    json_t *flows = NULL;

    json_object_foreach((json_t *)(uintptr_t)added, bridge, flows)
    {
        for (size_t i = 0; i < json_array_size(flows); i++) {
            const char *flow = json_string_value(json_array_get(flows, i));
            expect(flow != NULL && strncmp(flow, WORD_BEFORE, strlen(WORD_BEFORE)) == 0 &&
                   flow[strlen(WORD_BEFORE)] != '-' && strpbrk(flow, "\n\r") == NULL);
        }
    }
}

static void take_back(const json_t *record, const char *answers, size_t len)
{
    struct dbc_strvec left = DBC_STRVEC_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_ovsdb *db = calloc(1, sizeof *db);
    int fd[2], rc = 0;

    if (db == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) != 0 ||
        send(fd[1], answers, len, MSG_NOSIGNAL) != (ssize_t)len) {
        abort();
    }
    shutdown(fd[1], SHUT_WR);
    db->stream.fd = fd[0];
    rc = ifr_edits_undo(db, json_object_get(record, "edits"), json_object_get(record, "rows"),
                        json_string_value(json_object_get(record, "root")), &left, &err);
    expect((rc == 0) == (err.code == DBC_OK) && err.code != DBC_ENOMEM && !left.failed);
    dbc_strvec_release(&left);
    ifr_ovsdb_close(db);
    close(fd[1]);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_json(0, data, size, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t len = strnlen(text, size);
    size_t rest = len < size ? size - len - 1 : 0;
    struct dbc_error err = DBC_ERROR_INIT;
    json_t *record = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

    if (record == NULL || rest > SOCKET_MAX) {
        json_decref(record);
        return 0;
    }
    if (ifr_undo_check(record, &err) < 0) {
        expect(err.code == DBC_EPARSE && err.text[0] != '\0');
    } else {
        look_at_files(json_object_get(record, "files"));
        look_at_names(json_object_get(record, "devices"));
        look_at_names(json_object_get(record, "flows"));
        look_at_flows(json_object_get(record, "added"));
        if (json_object_get(record, "edits") != NULL) {
            take_back(record, rest > 0 ? text + len + 1 : "", rest);
        }
    }
    json_decref(record);
    return 0;
}
