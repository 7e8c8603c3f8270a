/* fuzz_plan.c - a hostile cache, and the whole plan that is made from it: every byte of each file,
 * every word of each command and every value for Open vSwitch's database is checked against what
 * this file allows, not against the program's own checks.
 *
 * The first byte chooses the datapath, up or down, whether the host can be observed, what strangers
 * have put there, and whether the interface carries management; the rest is the cache.  Each of its
 * PIFs is planned. */
#include "../unit/recorder.h"
#include "cache_mutator.h"
#include "folder.h"
#include "reconfigure/action.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PIFS_MAX 32

enum { BRIDGE = 1, DOWN = 2, OBSERVED = 4, MANAGEMENT = 8, FROM_XAPI = 16, STRANGE = 32 };

/* ---- Files ------------------------------------------------------------------------------------
 */

static void look_at_path(const char *path)
{
    static const char *const heads[] = { IFR_SCRIPTS "/ifcfg-", IFR_SCRIPTS "/route-",
                                         IFR_SCRIPTS "/route6-" };

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t len = strlen(heads[i]);
        if (strncmp(path, heads[i], len) == 0 && is_name(path + len)) {
            return;
        }
    }
    must(strcmp(path, "/etc/sysconfig/network") == 0, "a path", path);
}

/* A line of route-DEVICE: words for `ip route add`. */
static bool is_route(const char *line)
{
    return line[0] >= '0' && line[0] <= '9' && line[strspn(line, NAME ":/ ")] == '\0';
}

static void look_at_file(const struct ifr_file_change *file)
{
    bool routes = strstr(file->path, "/route") != NULL;
    char *text = NULL, *at = NULL;

    look_at_path(file->path);
    if (file->data == NULL) {
        return; /* it goes */
    }
    must(memchr(file->data, '\0', file->len) == NULL, "a NUL in a file", file->path);
    text = strndup(file->data, file->len);
    must(text != NULL && (file->len == 0 || text[file->len - 1] == '\n'), "a cut line", file->path);
    for (char *line = strtok_r(text, "\n", &at); line != NULL; line = strtok_r(NULL, "\n", &at)) {
        must(line[0] == '#' || (routes ? is_route(line) : is_assignment(line)), file->path, line);
    }
    free(text);
}

/* ---- Open vSwitch's database ------------------------------------------------------------------
 */

/* A value for a column: names, MACs, numbers, lists of uuids; nothing that a reader of the database
 * could take for more than one. */
static void look_at_value(const char *column, const json_t *value)
{
    const char *text = json_string_value(value);
    const json_t *item = NULL;
    size_t i = 0;

    if (json_is_array(value)) {
        json_array_foreach(value, i, item)
        {
            look_at_value(column, item);
        }
        return;
    }
    must(text == NULL || text[strspn(text, QUOTED)] == '\0', column, text);
    must(text != NULL || json_is_integer(value) || json_is_boolean(value) || json_is_null(value),
         "a value", column);
}

static void look_at_row(json_t *row)
{
    const char *column = NULL;
    json_t *value = NULL;

    json_object_foreach(row, column, value)
    {
        look_at_value(column, value);
        must(strcmp(column, "name") != 0 || is_name(json_string_value(value)), "a name",
             json_string_value(value));
    }
}

static void look_at_edit(const json_t *edit)
{
    static const char *const tables[] = { "Open_vSwitch", "Bridge",  "Port",
                                          "Interface",    "Manager", "SSL" };
    static const char *const all[] = { "insert", "attach", "detach", "set", "key" };
    const char *does = json_string_value(json_object_get(edit, "do"));
    const char *table = json_string_value(json_object_get(edit, "table"));
    const char *column = json_string_value(json_object_get(edit, "column"));
    size_t i = 0, k = 0;

    must(does != NULL && table != NULL, "an edit", "");
    while (i < sizeof tables / sizeof *tables && strcmp(tables[i], table) != 0) {
        i++;
    }
    while (k < sizeof all / sizeof *all && strcmp(all[k], does) != 0) {
        k++;
    }
    must(i < sizeof tables / sizeof *tables && k < sizeof all / sizeof *all, does, table);
    if (strcmp(does, "insert") == 0) {
        look_at_row(json_object_get(edit, "row"));
    } else if (strcmp(does, "set") == 0 || strcmp(does, "key") == 0) {
        look_at_value(column, json_object_get(edit, "after"));
    }
}

static void look_at_edits(const struct ifr_edits *edits)
{
    const json_t *edit = NULL;
    size_t i = 0;

    json_array_foreach(edits->list, i, edit)
    {
        look_at_edit(edit);
    }
}

/* ---- Commands ---------------------------------------------------------------------------------
 */

static void look_at_step(const struct ifr_step *step)
{
    look_at_words(&step->argv);
    look_at_words(&step->fallback);
    look_at_words(&step->undo);
    must(step->device == NULL || is_name(step->device), "a device", step->device);
    if (step->kind == IFR_STEP_LINK || step->kind == IFR_STEP_FORGET ||
        step->kind == IFR_STEP_FLOWS) {
        must(is_name(step->path), "a device", step->path);
    }
    if (step->kind == IFR_STEP_SYSFS) {
        must((step->text[0] == '+' || step->text[0] == '-') && is_name(step->text + 1), "a bond",
             step->text);
        must(strcmp(step->path, "/sys/class/net/bonding_masters") == 0, "a file of sysfs",
             step->path);
    }
    for (size_t i = 0; i < step->ports.n; i++) {
        must(is_name(step->ports.v[i]), "a port", step->ports.v[i]);
    }
    for (size_t i = 0; i < step->options.n; i++) {
        const char *word = step->options.v[i];
        must(word[0] != '-' && word[strspn(word, PLAIN)] == '\0', "an option", word);
    }
    for (size_t i = 0; i < step->env.n; i++) {
        must(is_clean(step->env.v[i]), "the environment", step->env.v[i]);
    }
    look_at_edits(&step->edits);
}

static void look_at(const struct ifr_plan *plan)
{
    for (size_t i = 0; i < plan->n_files; i++) {
        look_at_file(&plan->files[i]);
    }
    for (size_t i = 0; i < plan->n_steps; i++) {
        look_at_step(&plan->steps[i]);
    }
    for (size_t i = 0; i < plan->touched.n; i++) {
        must(is_name(plan->touched.v[i]), "a touched device", plan->touched.v[i]);
    }
}

/* ---- Planning ---------------------------------------------------------------------------------
 */

static const char *some_text(unsigned *seed)
{
    static const char *const texts[] = {
        "",     "eth0",     "eth1",     "bond0",       "xenbr0",     "xapi0",
        "up",   "down",     "internal", "bridge",      "bond",       "vlan",
        "1500", "9000",     "4",        "123",         "true",       "00:16:3e:00:00:01",
        "no",   "yes",      "secure",   "10.0.0.1/24", "eth0 eth1",  "10.99.0.1/24 global",
        "tun",  "gro=off",  "-x",       "a/b",         "$(reboot)",  "default via 10.0.0.2",
        "a b",  "dhclient", "../x",     "ovs-system",  "fe80::1/64", "0123456789abcdefgh",
    };

    return texts[draw(seed, sizeof texts / sizeof *texts)];
}

/* Adds objects that a stranger put into Open vSwitch's database, or that the kernel has. */
static void add_strangers(struct ifr_state *seen, unsigned *seed)
{
    for (unsigned n = draw(seed, 12); n > 0; n--) {
        enum ifr_kind kind = (enum ifr_kind)draw(seed, IFR_FILE);
        struct ifr_object *object =
            ifr_state_add(seen, kind, kind == IFR_SWITCH ? IFR_THE_SWITCH : some_text(seed));

        for (size_t i = 0; i < ifr_n_attributes(kind); i++) {
            if (draw(seed, 8) != 0) {
                ifr_state_set(seen, object, (unsigned)i, some_text(seed));
            }
        }
        snprintf(object->uuid, sizeof object->uuid, "00000000-0000-4000-8000-0000000000%02x", n);
        object->row = kind == IFR_INTERFACE || kind == IFR_LINK ? NULL : "{}";
    }
    snprintf(seen->ovs_uuid, sizeof seen->ovs_uuid, "00000000-0000-4000-8000-0000000000ff");
    must(!seen->failed, "out of memory", "");
}

static void plan_for(struct ifr_planner *planner, const struct dbc_pif *pif, unsigned how,
                     unsigned *seed)
{
    const struct ifr_item item = { pif, (how & MANAGEMENT) != 0 };
    struct ifr_plan plan = { 0 };
    struct ifr_state seen = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    for (unsigned kind = 0; kind < IFR_N_KINDS; kind++) {
        seen.known[kind] = true;
    }
    if ((how & STRANGE) != 0) {
        add_strangers(&seen, seed);
    }
    planner->plan = &plan;
    planner->seen = (how & OBSERVED) != 0 ? &seen : NULL;
    rc = planner->datapath->check(planner, pif, &err);
    if (rc == 0) {
        rc = ((how & DOWN) != 0 ? ifr_plan_down : ifr_plan_up)(planner, &item, 1, &err);
    }
    must((rc == 0) == (err.code == DBC_OK), "an error, or none", err.text);
    must(rc == 0 || err.text[0] != '\0', "an error without a reason", pif->uuid);
    if (rc == 0) {
        look_at(&plan);
    }
    ifr_plan_release(&plan);
    ifr_state_release(&seen);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_behind(1, data, size, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* All that the host has. */
    static const char *const nics[] = {
        "/sys",
        "/sys/class",
        "/sys/class/net",
        "/sys/class/net/eth0",
        "/sys/class/net/eth1",
        "/sys/class/net/eth2",
        "/sys/class/net/eth3",
    };
    static const struct ifr_live live = { NULL, NULL, NULL };
    static struct ifr_runner *runner;
    unsigned how = size > 0 ? data[0] : 0, seed = (unsigned)size * 2654435761u + how;
    struct dbc_db *db =
        size > 1 ? dbc_xml_read_memory("input", (const char *)data + 1, size - 1, NULL, NULL, NULL)
                 : NULL;
    struct ifr_facts *facts = NULL;
    struct ifr_planner planner = { .db = db,
                                   .live = &live,
                                   .datapath = (how & BRIDGE) != 0 ? &ifr_datapath_bridge
                                                                   : &ifr_datapath_vswitch,
                                   .management = (how & MANAGEMENT) != 0,
                                   .force = (how & FROM_XAPI) == 0 };

    if (folder_make(nics, sizeof nics / sizeof *nics)) {
        runner = recorder_new(NULL, NULL, NULL);
    }
    facts = ifr_facts_new(folder, runner, NULL, NULL);
    must(runner != NULL && facts != NULL, "out of memory", "");
    planner.facts = facts;
    for (size_t i = 0; db != NULL && i < dbc_db_count(db, DBC_PIF) && i < PIFS_MAX; i++) {
        plan_for(&planner, dbc_db_pif_at(db, i), how, &seed);
    }
    ifr_facts_free(facts);
    dbc_db_free(db);
    return 0;
}
