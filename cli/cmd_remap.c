/* cmd_remap.c - dbcache remap: maps the NICs of the cache to those of the host with
 * cache/analysis/remap.h, prints the mapping, and saves it unless it is unclear. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/remap.h"
#include "base/error.h"
#include "base/file.h"
#include "command.h"
#include "input/cache.h"
#include "json.h"
#include "judge.h"
#include "reconfigure/host/nics.h"

struct order {
    const struct cli_options *options;
    const char *file, *nics; /* NULL: this host's cache; the kernel's NICs */
    unsigned flags;          /* of cli_edit_open */
    struct dbc_remap_told *told;
    size_t n_told;
};

/* The state of a run. */
struct run {
    const struct order *order;
    struct cli_edit edit;
    struct dbc_nics nics;
    struct dbc_remap remap;
    struct dbc_findings found; /* new findings of check */
    bool dry_run;
};

/* ---- For people ------------------------------------------------------------------------------ */

static const char *words_of(const struct dbc_remap_row *row)
{
    static const char *const words[DBC_REMAP_N_WHYS] = {
        [DBC_REMAP_UNCLEAR] = "unclear",        [DBC_REMAP_TOLD] = "as told",
        [DBC_REMAP_MAC] = "same MAC",           [DBC_REMAP_NAME] = "same name",
        [DBC_REMAP_ORDER] = "order on the bus", [DBC_REMAP_GONE] = "no NIC is left for it",
    };

    return words[row->why];
}

static void add_nic(struct cli_table *table, const struct dbc_nic *nic)
{
    cli_table_cell(table, nic == NULL ? "-" : nic->device);
    cli_table_cell(table, nic == NULL ? "-" : nic->mac);
    cli_table_cell(table, nic == NULL || nic->pci[0] == '\0' ? "-" : nic->pci);
}

static void add_row(struct cli_table *table, const struct dbc_remap_row *row)
{
    enum cli_style style = row->why == DBC_REMAP_UNCLEAR ? CLI_BAD
                           : row->why == DBC_REMAP_GONE  ? CLI_WARN
                                                         : CLI_PLAIN;

    cli_table_cell(table, row->device);
    cli_table_cell(table, row->MAC);
    add_nic(table, row->nic);
    cli_table_styled(table, style, words_of(row));
    cli_table_row(table);
}

static int print_mapping(const struct dbc_remap *remap)
{
    struct cli_table *table = cli_table_new();

    cli_table_head(table, "CACHE", "MAC", "HOST", "MAC", "PCI", "WHY", NULL);
    for (size_t i = 0; i < remap->n; i++) {
        add_row(table, &remap->v[i]);
    }
    for (size_t i = 0; i < remap->n_left; i++) {
        cli_table_cell(table, "-");
        cli_table_cell(table, "-");
        add_nic(table, remap->left[i]);
        cli_table_cell(table, "not in the cache");
        cli_table_row(table);
    }
    return cli_table_print(table, stdout) == 0 ? CLI_OK : cli_fail_nomem();
}

static int print_changes(const struct run *run)
{
    const struct dbc_remap *remap = &run->remap;
    struct dbc_buf line = DBC_BUF_INIT;

    puts("");
    for (size_t i = 0; i < remap->n_changes; i++) {
        const struct dbc_remap_change *change = &remap->changes[i];
        dbc_buf_addf(&line, "%s: %s: %s -> %s", change->who, change->field,
                     *change->before == '\0' ? "(none)" : change->before, change->after);
        cli_put(CLI_PLAIN, dbc_buf_str(&line));
        puts("");
        dbc_buf_clear(&line);
    }
    if (remap->n_changes == 0) {
        puts("The cache knows the NICs as they are.");
    }
    dbc_buf_release(&line);
    return run->dry_run ? cli_edit_print_diff(&run->edit) : CLI_OK;
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *nic_json(const struct dbc_nic *nic)
{
    return nic == NULL ? json_null()
                       : json_pack("{s:s, s:s, s:o}", "device", nic->device, "MAC", nic->mac, "PCI",
                                   cli_json_text(nic->pci[0] == '\0' ? NULL : nic->pci));
}

static json_t *mapping_json(const struct dbc_remap *remap)
{
    json_t *list = json_array();

    for (size_t i = 0; i < remap->n; i++) {
        const struct dbc_remap_row *row = &remap->v[i];
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "ref",
                                        cli_json_text(row->pif->rec.ref), "device",
                                        cli_json_text(row->device), "MAC", cli_json_text(row->MAC),
                                        "nic", nic_json(row->nic), "now", cli_json_text(row->now),
                                        "why", dbc_remap_why_name(row->why), "unclear",
                                        cli_json_text(row->doubt)));
    }
    return list;
}

static json_t *left_json(const struct dbc_remap *remap)
{
    json_t *list = json_array();

    for (size_t i = 0; i < remap->n_left; i++) {
        json_array_append_new(list, nic_json(remap->left[i]));
    }
    return list;
}

static json_t *changes_json(const struct dbc_remap *remap)
{
    json_t *list = json_array();

    for (size_t i = 0; i < remap->n_changes; i++) {
        const struct dbc_remap_change *change = &remap->changes[i];
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:s, s:o, s:o}", "record",
                                        cli_json_text(change->who), "ref",
                                        cli_json_text(change->rec->ref), "field", change->field,
                                        "before", cli_json_text(change->before), "after",
                                        cli_json_text(change->after)));
    }
    return list;
}

static int print_json(const struct run *run, bool written)
{
    json_t *json =
        json_pack("{s:o, s:o, s:o, s:o, s:b}", "source", cli_json_text(run->edit.db->source),
                  "mapping", mapping_json(&run->remap), "not_in_cache", left_json(&run->remap),
                  "changes", changes_json(&run->remap), "written", (int)written);

    return cli_json_print(json) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- The NICs -------------------------------------------------------------------------------- */

static int read_list(const char *path, struct dbc_nics *ret, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = dbc_file_read(path, DBC_LIMIT_NICS_BYTES, &text, err);

    if (rc == 0) {
        rc = dbc_nics_parse(path, dbc_buf_str(&text), text.len, ret, err);
    }
    if (rc == 0 && ret->n == 0) {
        rc = dbc_fail_at(err, DBC_EINVAL, path, 0, 0, "no NIC is in it");
    }
    dbc_buf_release(&text);
    return rc;
}

static int read_kernel(const struct cli_options *options, struct dbc_nics *ret,
                       struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    struct ifr_facts *facts = ifr_facts_new(options->root_prefix, NULL, NULL, &why);
    int rc = facts == NULL ? -1 : ifr_nics_read(facts, ret, &why);

    ifr_facts_free(facts);
    if (rc != 0) {
        return dbc_fail(err, why.code, "%s%s%s; --nics=FILE names the NICs", options->root_prefix,
                        *options->root_prefix == '\0' ? "" : ": ", why.text);
    }
    return 0;
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int refuse_unclear(const struct dbc_remap *remap)
{
    for (size_t i = 0; i < remap->n; i++) {
        const struct dbc_remap_row *row = &remap->v[i];
        if (row->why == DBC_REMAP_UNCLEAR) {
            cli_error("which NIC is %s? %s; --map=%s=DEVICE says it, --map=%s= that it is gone",
                      row->device, row->doubt, row->device, row->device);
        }
    }
    cli_error("nothing was changed");
    return CLI_FAILED;
}

/* Changes the records and checks them. */
static int change(struct run *run, struct dbc_error *err)
{
    struct dbc_news news = DBC_NEWS_INIT;
    int rc = dbc_news_before(&news, run->edit.db, err);

    if (rc == 0) {
        rc = dbc_remap_apply(run->edit.db, &run->remap, err);
    }
    if (rc == 0) {
        rc = dbc_news_after(&news, run->edit.db, &run->found, err);
    }
    dbc_news_release(&news);
    return rc;
}

static int finish(struct run *run)
{
    bool writes = !run->dry_run && (run->remap.n_changes > 0 || run->edit.damaged);
    int status = cli_judge(&run->found, (run->order->flags & CLI_EDIT_FORCE) != 0);

    if (status == CLI_OK && writes) {
        status = cli_edit_save(&run->edit, "remap");
    }
    if (status == CLI_OK) {
        status = run->order->options->json ? print_json(run, writes) : print_changes(run);
    }
    return status;
}

static int map(struct run *run)
{
    const struct order *order = run->order;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = order->nics == NULL ? read_kernel(order->options, &run->nics, &err)
                                 : read_list(order->nics, &run->nics, &err);

    if (rc != 0 ||
        dbc_remap(run->edit.db, &run->nics, order->told, order->n_told, &run->remap, &err) != 0) {
        return cli_fail(&err);
    }
    if (!order->options->json && print_mapping(&run->remap) != CLI_OK) {
        return CLI_FAILED;
    }
    if (run->remap.n_unclear > 0) {
        if (order->options->json) {
            print_json(run, false);
        }
        return refuse_unclear(&run->remap);
    }
    return change(run, &err) != 0 ? cli_fail(&err) : finish(run);
}

static int remap(const struct order *order)
{
    struct run run = { .order = order, .dry_run = (order->flags & CLI_EDIT_DRY_RUN) != 0 };
    int status = cli_edit_open(order->options, order->file, order->flags, &run.edit);

    if (status == CLI_OK) {
        status = map(&run);
        dbc_findings_release(&run.found);
        dbc_remap_release(&run.remap);
        dbc_nics_release(&run.nics);
        cli_edit_close(&run.edit);
    }
    return status;
}

/* Splits "eth0=eth2" into two texts by replacing '=' with a NUL. */
static int take_map(struct order *order, char *word)
{
    char *equals = strchr(word, '=');

    if (equals == NULL || equals == word) {
        return cli_usage("remap", "--map wants DEVICE=DEVICE, not %s", word);
    }
    *equals = '\0';
    order->told[order->n_told++] = (struct dbc_remap_told){ word, equals + 1 };
    return CLI_OK;
}

static int parse(struct order *order, int argc, char **argv)
{
    static const struct option longs[] = { { "dry-run", no_argument, NULL, 'n' },
                                           { "force", no_argument, NULL, 'f' },
                                           { "map", required_argument, NULL, 'm' },
                                           { "nics", required_argument, NULL, 'N' },
                                           { NULL, 0, NULL, 0 } };
    int found = 0, status = CLI_OK;

    while (status == CLI_OK && (found = cli_getopt("remap", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        if (found == 'm') {
            status = take_map(order, optarg);
        } else if (found == 'N') {
            order->nics = optarg;
        } else {
            order->flags |= found == 'n' ? CLI_EDIT_DRY_RUN : CLI_EDIT_FORCE;
        }
    }
    if (status == CLI_OK && argc - optind > 1) {
        return cli_usage("remap", "one FILE at a time, not also %s", argv[optind + 1]);
    }
    order->file = argv[optind];
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    struct order order = { .options = options };
    int status = CLI_USAGE;

    order.told = calloc((size_t)argc, sizeof *order.told);
    if (order.told == NULL) {
        return cli_fail_nomem();
    }
    status = parse(&order, argc, argv);
    if (status == CLI_OK) {
        status = remap(&order);
    }
    free(order.told);
    return status;
}

const struct cli_command cli_verb_remap = {
    "remap", "tell the cache which NIC of the host is which now",
    "remap [FILE]\n"
    "\n"
    "  A NIC of the cache is the one of the host with its MAC, else with its name, else the\n"
    "  next in the order of the PCI bus.  What is not clear is refused.\n"
    "\n"
    "  --map=DEVICE=DEVICE the cache's NIC and the host's that it is; nothing behind the second\n"
    "                      = for one that is gone; may stand several times\n"
    "  --nics=FILE         the host's NICs, a line each: MAC DEVICE PCI\n"
    "  --dry-run           change nothing, print the mapping and the difference\n"
    "  --force             even if check finds a new error, and for a damaged file\n",
    true, run_verb
};
