/* made.c - makes a host's records of a finding (made.h). */
#include "made.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/error.h"
#include "networkd/networkd.h"

char *cli_host_name(const char *file)
{
    static const char *const usual[] = {
        "/network.dbcache", "/networkd.db", "/xapi", "/xcp", "/lib", "/var"
    };
    struct utsname name;
    size_t len = 0;
    const char *start = NULL;

    if (file == NULL) {
        return strdup(uname(&name) == 0 ? name.nodename : "");
    }
    len = strlen(file);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        size_t n = strlen(usual[i]);
        if (len > n && strncmp(file + len - n, usual[i], n) == 0) {
            len -= n;
        }
    }
    start = memrchr(file, '/', len);
    start = start == NULL ? file : start + 1;
    len -= (size_t)(start - file);
    if (len > strlen(".dbcache") && strncmp(start + len - 8, ".dbcache", 8) == 0) {
        len -= 8;
    }
    return strndup(start, len);
}

int cli_made_finish(struct cli_host *host, char *name, const char *file, enum cli_format format,
                    struct dbc_error *err)
{
    host->name = name;
    host->file = strdup(file);
    host->format = format;
    if (host->db != NULL && host->name != NULL && host->file != NULL) {
        return 0;
    }
    cli_host_release(host);
    return dbc_fail_nomem(err);
}

/* Whether the pool has a master; without one no host is known to be a slave. */
static bool has_master(const struct dbc_statedb *statedb)
{
    for (size_t i = 0; i < dbc_statedb_n_hosts(statedb); i++) {
        if (dbc_statedb_host(statedb, i)->master) {
            return true;
        }
    }
    return false;
}

int cli_made_of_pool(const struct cli_pick *pick, const struct cli_finding *finding, size_t i,
                     struct cli_host *ret, struct dbc_error *err)
{
    const struct cli_wanted *wanted = pick->wanted;
    const struct dbc_statedb_host *host = dbc_statedb_host(finding->statedb, i);

    *ret = (struct cli_host){ .uuid = strdup(host->uuid),
                              .slave = !host->master && has_master(finding->statedb),
                              .generation = dbc_statedb_info(finding->statedb)->generation };
    ret->db = dbc_statedb_host_db(finding->statedb, i, wanted->loss, wanted->ctx, err);
    if (ret->db == NULL) {
        cli_host_release(ret);
        return -1;
    }
    return cli_made_finish(ret, strdup(host->name_label[0] != '\0' ? host->name_label : host->uuid),
                           finding->path, CLI_FORMAT_STATEDB, err);
}

static struct dbc_db *read_networkd(const struct cli_pick *pick, const struct cli_finding *finding,
                                    struct dbc_error *err)
{
    const struct cli_wanted *wanted = pick->wanted;
    char *management = cli_pick_management(pick, finding->member);
    struct dbc_db *db =
        dbc_networkd_read(finding->path, dbc_buf_str(&finding->text), finding->text.len, management,
                          cli_print_warning, wanted->loss, wanted->ctx, err);

    free(management);
    return db;
}

int cli_made_plain(const struct cli_pick *pick, struct cli_finding *finding, struct cli_host *ret,
                   struct dbc_error *err)
{
    const char *file = pick->wanted->file;
    struct dbc_buf place = DBC_BUF_INIT;
    char *name = NULL;

    *ret = (struct cli_host){ .db = finding->db };
    finding->db = NULL;
    if (finding->format == CLI_FORMAT_NETWORKD) {
        ret->db = read_networkd(pick, finding, err);
    }
    if (ret->db == NULL) {
        return -1;
    }
    if (file != NULL && finding->member[0] != '\0') {
        dbc_buf_addf(&place, "%s/%s", file, finding->member);
    } else if (file != NULL) {
        dbc_buf_adds(&place, file);
    }
    name = place.failed ? NULL : cli_host_name(file == NULL ? NULL : dbc_buf_str(&place));
    dbc_buf_release(&place);
    return cli_made_finish(ret, name, finding->path, finding->format, err);
}
