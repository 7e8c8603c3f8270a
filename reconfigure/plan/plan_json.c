/* plan_json.c - a plan for programs (plan.h, --dry-run --json), by jansson.  The members are those
 * of interface-reconfigure(8); one that does not apply is left out. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/host/facts.h"
#include "reconfigure/plan/step.h"

/* Makes a JSON string.  In a text that is not UTF-8 each byte above 0x7f becomes \xHH, as does NUL.
 */
static json_t *text_json(const char *text, size_t len)
{
    struct dbc_buf escaped = DBC_BUF_INIT;
    json_t *json = json_stringn(text, len);
    for (size_t i = 0; !json && i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80 || c == 0) {
            dbc_buf_addf(&escaped, "\\x%02x", c);
        } else {
            dbc_buf_addc(&escaped, text[i]);
        }
    }
    if (!json && !escaped.failed) {
        json = json_string(dbc_buf_str(&escaped));
    }
    dbc_buf_release(&escaped);
    return json;
}

/* Sets a member and takes the value; *ok becomes false when that fails. */
static void set(json_t *object, const char *name, json_t *value, bool *ok)
{
    if (!value || json_object_set_new(object, name, value) < 0) {
        *ok = false;
    }
}

static void set_text(json_t *object, const char *name, const char *text, bool *ok)
{
    if (text) {
        set(object, name, text_json(text, strlen(text)), ok);
    }
}

static void set_words(json_t *object, const char *name, const struct dbc_strvec *words, bool *ok)
{
    json_t *array = NULL;
    if (words->n == 0) {
        return;
    }
    array = json_array();
    for (size_t i = 0; i < words->n; i++) {
        if (json_array_append_new(array, text_json(words->v[i], strlen(words->v[i]))) < 0) {
            *ok = false;
        }
    }
    set(object, name, array, ok);
}

static void set_number(json_t *object, const char *name, unsigned number, bool *ok)
{
    if (number > 0) {
        set(object, name, json_integer(number), ok);
    }
}

static const char *const failure_names[] = { [IFR_FATAL] = "fatal",
                                             [IFR_WARN] = "warn",
                                             [IFR_FAIL_LATE] = "fail-late",
                                             [IFR_FAIL_KEEP] = "fail-keep" };

/* What the path and the text of each kind are called. */
static const struct {
    const char *path, *text;
} names[IFR_N_STEP_KINDS] = {
    [IFR_STEP_NOTE] = { .text = "text" },     [IFR_STEP_COMMAND] = { .text = "error" },
    [IFR_STEP_SYSFS] = { "path", "text" },    [IFR_STEP_FLOWS] = { "bridge", "mac" },
    [IFR_STEP_SAVE] = { .path = "path" },     [IFR_STEP_LINK] = { "device", "state" },
    [IFR_STEP_FORGET] = { "device", "what" },
};

/* Only members that the kind has are there. */
static void set_members(json_t *object, const struct ifr_step *step, bool *ok)
{
    set_text(object, names[step->kind].path, step->path, ok);
    set_words(object, "argv", &step->argv, ok);
    set_words(object, "env", &step->env, ok);
    set_words(object, "fallback", &step->fallback, ok);
    set_number(object, "deadline_ms", step->deadline_ms, ok);
    set_number(object, "dhcp_timeout_s", step->dhcp_timeout, ok);
    set_text(object, names[step->kind].text, step->text, ok);
    if (step->optional) {
        set(object, "optional", json_true(), ok);
    }
    set_number(object, "attempts", step->attempts, ok);
    set_words(object, "ports", &step->ports, ok);
    set_text(object, "vlan_device", step->kind == IFR_STEP_FLOWS ? step->device : NULL, ok);
    if (step->kind == IFR_STEP_OVSDB) {
        set(object, "edits", json_deep_copy(step->edits.list), ok);
    }
    set_number(object, "mtu", step->mtu, ok);
    set_words(object, "options", &step->options, ok);
}

static json_t *step_json(const struct ifr_step *step, bool restores, bool *ok)
{
    json_t *object = json_object();
    set_text(object, "kind", ifr_step_type(step->kind)->name, ok);
    set_members(object, step, ok);
    if (step->kind != IFR_STEP_NOTE) {
        set_text(object, "on_failure", failure_names[step->on_failure], ok);
    }
    if (!restores) {
        set_words(object, "undo", &step->undo, ok);
    }
    set_text(object, "only_if_device", step->kind == IFR_STEP_FLOWS ? NULL : step->device, ok);
    set_text(object, "log_if_absent", step->absent, ok);
    return object;
}

static json_t *file_json(const struct ifr_file_change *file, const struct ifr_facts *facts,
                         bool *ok)
{
    struct dbc_buf old_text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    char mode[16];
    json_t *object = json_object();
    int rc = ifr_plan_old_text(facts, file->path, &old_text, &why);
    const char *change = "replace";

    if (rc < 0 && why.code == DBC_ENOENT) {
        change = "create";
    } else if (rc == 0 && old_text.len == file->len &&
               memcmp(dbc_buf_str(&old_text), file->data, file->len) == 0) {
        change = "none";
    }
    snprintf(mode, sizeof mode, "%04o", (unsigned)file->mode);
    set_text(object, "path", file->path, ok);
    set_text(object, "change", change, ok);
    if (strcmp(change, "create") == 0) {
        set_text(object, "mode", mode, ok);
    }
    set(object, "old", rc == 0 ? text_json(dbc_buf_str(&old_text), old_text.len) : json_null(), ok);
    set(object, "new", text_json(file->data, file->len), ok);
    dbc_buf_release(&old_text);
    return object;
}

static json_t *files_json(const struct ifr_plan *plan, const struct ifr_facts *facts, bool *ok)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct ifr_file_change saved = { 0 };
    json_t *files = json_array();
    *ok = ifr_plan_saved(plan, &text, &saved, NULL) == 0 && *ok;
    for (size_t i = 0; *ok && i < plan->n_files; i++) {
        *ok = json_array_append_new(files, file_json(&plan->files[i], facts, ok)) == 0 && *ok;
    }
    if (*ok && saved.path) {
        *ok = json_array_append_new(files, file_json(&saved, facts, ok)) == 0 && *ok;
    }
    dbc_buf_release(&text);
    return files;
}

int ifr_plan_print_json(const struct ifr_plan *plan, const struct ifr_facts *facts,
                        struct dbc_buf *out, struct dbc_error *err)
{
    bool ok = true;
    json_t *files = NULL, *steps = json_array(), *top = json_object();
    if (ifr_plan_check(plan, err) < 0) {
        ok = false;
    }
    files = files_json(plan, facts, &ok);
    for (size_t i = 0; ok && i < plan->n_steps; i++) {
        ok = json_array_append_new(steps, step_json(&plan->steps[i], plan->restores, &ok)) == 0 &&
             ok;
    }
    set(top, "files", files, &ok);
    set(top, "steps", steps, &ok);
    if (ok && json_dump_callback(top, dbc_buf_sink, out, JSON_INDENT(2)) < 0) {
        ok = false;
    }
    dbc_buf_addc(out, '\n');
    json_decref(top);
    return ok && !out->failed ? 0 : dbc_fail_nomem(err);
}
