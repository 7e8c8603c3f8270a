/* plan.c - building a plan (plan.h): steps and files appended, never executed.  apply.c walks what
 * this makes, plan_print.c shows it. */
#include "reconfigure/plan/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "base/limits.h"
#include "base/valid.h"
#include "reconfigure/plan/step.h"
#include "xml/writer.h"

static void step_release(struct ifr_step *step)
{
    dbc_strvec_release(&step->argv);
    dbc_strvec_release(&step->env);
    dbc_strvec_release(&step->fallback);
    dbc_strvec_release(&step->undo);
    dbc_strvec_release(&step->ports);
    dbc_strvec_release(&step->options);
    free(step->text);
    free(step->path);
    free(step->device);
    free(step->absent);
    ifr_edits_release(&step->edits);
    memset(step, 0, sizeof *step);
}

static void file_release(struct ifr_file_change *file)
{
    free(file->path);
    free(file->data);
    memset(file, 0, sizeof *file);
}

void ifr_plan_release(struct ifr_plan *plan)
{
    for (size_t i = 0; i < plan->n_steps; i++) {
        step_release(&plan->steps[i]);
    }
    for (size_t i = 0; i < plan->n_files; i++) {
        file_release(&plan->files[i]);
    }
    step_release(&plan->scratch);
    ifr_state_release(&plan->wanted);
    dbc_hash_release(&plan->networks);
    dbc_hash_release(&plan->file_by_path);
    dbc_pifs_release(&plan->claims);
    dbc_strvec_release(&plan->touched);
    dbc_hash_release(&plan->is_touched);
    dbc_hash_release(&plan->goes);
    free(plan->steps);
    free(plan->files);
    memset(plan, 0, sizeof *plan);
}

static bool step_failed(const struct ifr_step *step)
{
    return step->failed || step->argv.failed || step->env.failed || step->fallback.failed ||
           step->undo.failed || step->ports.failed || step->options.failed;
}

int ifr_plan_check(const struct ifr_plan *plan, struct dbc_error *err)
{
    bool failed = plan->failed || plan->wanted.failed || plan->touched.failed;
    for (size_t i = 0; i < plan->n_steps && !failed; i++) {
        failed = step_failed(&plan->steps[i]);
    }
    return failed ? dbc_fail_nomem(err) : 0;
}

struct ifr_step *ifr_plan_step(struct ifr_plan *plan, enum ifr_step_kind kind,
                               enum ifr_on_failure on_failure)
{
    struct ifr_step *step = NULL;
    if (DBC_GROW(plan->steps, plan->n_steps, plan->cap_steps)) {
        step = &plan->steps[plan->n_steps++];
        memset(step, 0, sizeof *step);
    } else {
        plan->failed = true;
        step_release(&plan->scratch);
        step = &plan->scratch;
    }
    step->kind = kind;
    step->on_failure = on_failure;
    return step;
}

/* Replaces *member by a copy of the text; NULL clears it. */
static void step_set(struct ifr_step *step, char **member, const char *text)
{
    char *copy = NULL;
    if (text) {
        copy = strdup(text);
        step->failed = step->failed || !copy;
    }
    free(*member);
    *member = copy;
}

void ifr_step_text(struct ifr_step *step, const char *text)
{
    step_set(step, &step->text, text);
}

void ifr_step_only_if(struct ifr_step *step, const char *device, const char *absent_note)
{
    step_set(step, &step->device, device);
    step_set(step, &step->absent, absent_note);
}

struct ifr_step *ifr_plan_note(struct ifr_plan *plan, const char *fmt, ...)
{
    struct ifr_step *step = ifr_plan_step(plan, IFR_STEP_NOTE, IFR_FATAL);
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&step->text, fmt, args) < 0) {
        step->text = NULL;
        step->failed = true;
    }
    va_end(args);
    return step;
}

struct ifr_step *ifr_plan_command(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                  const char *path, ...)
{
    struct ifr_step *step = ifr_plan_step(plan, IFR_STEP_COMMAND, on_failure);
    va_list args;
    va_start(args, path);
    for (const char *word = path; word; word = va_arg(args, const char *)) {
        dbc_strvec_push(&step->argv, word);
    }
    va_end(args);
    return step;
}

struct ifr_step *ifr_plan_sysfs(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                const char *path, const char *text)
{
    struct ifr_step *step = ifr_plan_step(plan, IFR_STEP_SYSFS, on_failure);
    step_set(step, &step->path, path);
    step_set(step, &step->text, text);
    return step;
}

void ifr_plan_flows(struct ifr_plan *plan, const struct ifr_flows_wanted *flows,
                    const struct dbc_strvec *ports)
{
    struct ifr_step *step = ifr_plan_step(plan, IFR_STEP_FLOWS, IFR_FATAL);
    step_set(step, &step->path, flows->bridge);
    step_set(step, &step->text, flows->mac);
    step_set(step, &step->device, flows->vlan_device);
    step->vlan_tag = flows->vlan_device ? flows->tag : -1;
    step->live = flows->live;
    dbc_strvec_push_all(&step->ports, ports);
    step->failed = step->failed || ports->failed;
}

static bool is_of_ovs(const struct ifr_change *change)
{
    return change->after->kind <= IFR_PORT;
}

static bool any_of_ovs(const struct ifr_changes *changes)
{
    for (size_t i = 0; i < changes->n; i++) {
        if (is_of_ovs(&changes->v[i])) {
            return true;
        }
    }
    return false;
}

/* A bridge's device may go down for a moment when its row changes. */
static void touch_bridge(struct ifr_plan *plan, const struct ifr_object *object)
{
    if (object->kind == IFR_BRIDGE) {
        ifr_plan_touch(plan, object->name);
    }
}

static void note_changes(struct ifr_plan *plan, const struct ifr_changes *changes)
{
    struct dbc_buf line = DBC_BUF_INIT;

    for (size_t i = 0; i < changes->n; i++) {
        if (is_of_ovs(&changes->v[i])) {
            dbc_buf_clear(&line);
            ifr_change_print(&changes->v[i], &line);
            ifr_plan_note(plan, "%s", dbc_buf_str(&line));
            touch_bridge(plan, changes->v[i].after);
        }
    }
    plan->failed = plan->failed || line.failed;
    dbc_buf_release(&line);
}

int ifr_plan_ovsdb(struct ifr_plan *plan, const struct ifr_state *seen,
                   const struct ifr_changes *changes, const struct ifr_edits *reset,
                   struct dbc_error *err)
{
    size_t n = reset != NULL ? json_array_size(reset->list) : 0;
    struct ifr_edits edits = { 0 };

    if (!any_of_ovs(changes) && n == 0) {
        return 0;
    }
    if (ifr_edits_make(seen, &plan->wanted, changes, &edits, err) < 0) {
        ifr_edits_release(&edits);
        return -1;
    }
    if (n > 0) {
        ifr_plan_note(plan, "ovs: reset of what managers have set: %zu edits", n);
        plan->failed = json_array_extend(edits.list, reset->list) != 0 ||
                       json_array_extend(edits.waits, reset->waits) != 0 || plan->failed;
    }
    note_changes(plan, changes);
    ifr_plan_step(plan, IFR_STEP_OVSDB, IFR_FATAL)->edits = edits;
    memcpy(plan->ovs_uuid, seen->ovs_uuid, sizeof plan->ovs_uuid);
    return 0;
}

struct ifr_step *ifr_plan_link(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                               const char *device, const char *state, unsigned mtu)
{
    struct ifr_step *step = NULL;
    char size[24] = "";

    if (mtu > 0) {
        snprintf(size, sizeof size, ", MTU %u", mtu);
    }
    ifr_plan_note(plan, "kernel: %s %s%s", device, state ? state : "as it is", size);
    step = ifr_plan_step(plan, IFR_STEP_LINK, on_failure);
    step_set(step, &step->path, device);
    step_set(step, &step->text, state);
    step->mtu = mtu;
    ifr_plan_touch(plan, device);
    return step;
}

void ifr_plan_forget(struct ifr_plan *plan, const char *device, const char *what, const char *text)
{
    struct ifr_step *step = ifr_plan_step(plan, IFR_STEP_FORGET, IFR_WARN);
    step_set(step, &step->path, device);
    if (asprintf(&step->text, "%s %s", what, text) < 0) {
        step->text = NULL;
        step->failed = true;
    }
    ifr_plan_touch(plan, device);
}

void ifr_plan_touch(struct ifr_plan *plan, const char *device)
{
    if (dbc_valid_ifname(device)) {
        dbc_strvec_push_once(&plan->touched, &plan->is_touched, device);
    }
}

void ifr_plan_save(struct ifr_plan *plan, const char *path, const struct dbc_db *records)
{
    struct ifr_step *step = ifr_plan_step(plan, IFR_STEP_SAVE, IFR_FAIL_LATE);
    step_set(step, &step->path, path);
    plan->records = records;
}

static struct ifr_file_change *find_file(const struct ifr_plan *plan, const char *path)
{
    size_t number = (size_t)(uintptr_t)dbc_hash_get(&plan->file_by_path, path);

    return number != 0 ? &plan->files[number - 1] : NULL;
}

static void note_file(struct ifr_plan *plan, size_t number)
{
    void *value = (void *)(uintptr_t)number;

    if (dbc_hash_put(&plan->file_by_path, plan->files[number - 1].path, value, true) != 0) {
        plan->failed = true;
    }
}

/* Returns the change of this path, or an empty one if it is new; NULL when out of memory. */
static struct ifr_file_change *file_slot(struct ifr_plan *plan, const char *path)
{
    struct ifr_file_change *known = find_file(plan, path);
    if (known) {
        return known;
    }
    char *copy = strdup(path);
    if (!copy || !DBC_GROW(plan->files, plan->n_files, plan->cap_files)) {
        free(copy);
        return NULL;
    }
    struct ifr_file_change *file = &plan->files[plan->n_files++];
    memset(file, 0, sizeof *file);
    file->path = copy;
    note_file(plan, plan->n_files);
    return file;
}

void ifr_plan_file(struct ifr_plan *plan, const char *path, const char *data, size_t len,
                   mode_t mode)
{
    struct ifr_file_change *file = file_slot(plan, path);
    char *copy = malloc(len + 1);
    if (!file || !copy) {
        free(copy);
        plan->failed = true;
        return;
    }
    if (len > 0) {
        memcpy(copy, data, len);
    }
    copy[len] = '\0';
    free(file->data);
    file->data = copy;
    file->len = len;
    file->mode = mode;
}

const struct ifr_file_change *ifr_plan_find_file(const struct ifr_plan *plan, const char *path)
{
    return find_file(plan, path);
}

int ifr_plan_old_text(const struct ifr_facts *facts, const char *path, struct dbc_buf *out,
                      struct dbc_error *err)
{
    char full[PATH_MAX];

    return ifr_facts_path(facts, path, full, err) < 0
               ? -1
               : dbc_file_read(full, DBC_LIMIT_FILE_BYTES, out, err);
}

int ifr_plan_saved(const struct ifr_plan *plan, struct dbc_buf *text, struct ifr_file_change *ret,
                   struct dbc_error *err)
{
    size_t i = 0;
    while (i < plan->n_steps && plan->steps[i].kind != IFR_STEP_SAVE) {
        i++;
    }
    *ret = (struct ifr_file_change){ .mode = 0644 };
    if (i == plan->n_steps) {
        return 0;
    }
    if (dbc_xml_format(plan->records, text, err) < 0) {
        return -1;
    }
    ret->path = plan->steps[i].path;
    ret->data = text->data;
    ret->len = text->len;
    return 0;
}

static bool differs(const struct ifr_file_change *file, const struct ifr_facts *facts)
{
    struct dbc_buf old = DBC_BUF_INIT;
    bool same = ifr_plan_old_text(facts, file->path, &old, NULL) == 0 && old.len == file->len &&
                memcmp(dbc_buf_str(&old), file->data, file->len) == 0;

    dbc_buf_release(&old);
    return !same;
}

bool ifr_plan_file_differs(const struct ifr_plan *plan, const struct ifr_facts *facts,
                           const char *path)
{
    const struct ifr_file_change *file = ifr_plan_find_file(plan, path);

    return file != NULL && differs(file, facts);
}

void ifr_plan_keep_differing_files(struct ifr_plan *plan, const struct ifr_facts *facts)
{
    size_t kept = 0;

    for (size_t i = 0; i < plan->n_files; i++) {
        if (differs(&plan->files[i], facts)) {
            plan->files[kept++] = plan->files[i];
        } else {
            file_release(&plan->files[i]);
        }
    }
    plan->n_files = kept;
    dbc_hash_release(&plan->file_by_path);
    for (size_t i = 1; i <= kept; i++) {
        note_file(plan, i);
    }
}

/* The kinds that change the host. */
static const bool acts[IFR_N_STEP_KINDS] = {
    [IFR_STEP_COMMAND] = true, [IFR_STEP_SYSFS] = true, [IFR_STEP_FLOWS] = true,
    [IFR_STEP_OVSDB] = true,   [IFR_STEP_LINK] = true,  [IFR_STEP_FORGET] = true,
};

bool ifr_plan_changes(const struct ifr_plan *plan, const struct ifr_facts *facts)
{
    for (size_t i = 0; i < plan->n_steps; i++) {
        if (acts[plan->steps[i].kind]) {
            return true;
        }
    }
    for (size_t i = 0; i < plan->n_files; i++) {
        if (differs(&plan->files[i], facts)) {
            return true;
        }
    }
    return false;
}

int ifr_plan_defer_save(struct ifr_plan *plan, struct dbc_buf *text, struct dbc_error *err)
{
    struct ifr_file_change saved = { 0 };

    if (ifr_plan_saved(plan, text, &saved, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < plan->n_steps; i++) {
        if (plan->steps[i].kind == IFR_STEP_SAVE) {
            step_release(&plan->steps[i]);
            plan->steps[i].kind = IFR_STEP_NOTE;
            ifr_step_text(&plan->steps[i], "The cache is saved when the change is confirmed");
        }
    }
    return 0;
}
