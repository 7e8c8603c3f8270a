/* plan_print.c - a plan for people (plan.h, --dry-run): the files with their differences, then the
 * steps.  Commands are quoted so that they can be pasted into a shell.  plan_json.c has the same
 * for programs. */
#include <ctype.h>
#include <string.h>

#include "reconfigure/host/facts.h"
#include "reconfigure/plan/plan_diff.h"
#include "reconfigure/plan/step.h"

#define FILE_INDENT 4
#define STEP_INDENT 6 /* "  12. " */
#define WIDTH 100     /* a longer ovs-vsctl call is broken at its "--" */
#define LONG_MS 30000 /* longer deadlines are shown */

/* ---- Files. --------------------------------------------------------------------------------- */

static void print_file(const struct ifr_file_change *file, const struct ifr_facts *facts,
                       struct dbc_buf *out)
{
    struct dbc_buf old_text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    char message[DBC_ERROR_TEXT_SIZE + DBC_ERROR_FILE_SIZE];
    int rc = ifr_plan_old_text(facts, file->path, &old_text, &why);

    dbc_buf_adds(out, "  ");
    dbc_buf_add_printable(out, file->path);
    if (rc < 0 && why.code == DBC_ENOENT) {
        dbc_buf_addf(out, "  (new, mode %04o)\n", (unsigned)file->mode);
        ifr_diff("", file->data, FILE_INDENT, out);
    } else if (rc < 0) {
        dbc_buf_addf(out, "  (replaced; the present one cannot be shown: %s)\n",
                     dbc_error_string(&why, message, sizeof message));
        ifr_diff("", file->data, FILE_INDENT, out);
    } else if (old_text.len == file->len &&
               memcmp(dbc_buf_str(&old_text), file->data, file->len) == 0) {
        dbc_buf_adds(out, "  (unchanged)\n");
    } else {
        dbc_buf_adds(out, "  (changed)\n");
        ifr_diff(dbc_buf_str(&old_text), file->data, FILE_INDENT, out);
    }
    dbc_buf_addc(out, '\n');
    dbc_buf_release(&old_text);
}

static void print_files(const struct ifr_plan *plan, const struct ifr_file_change *saved,
                        const struct ifr_facts *facts, struct dbc_buf *out)
{
    if (plan->n_files > 0 || saved->path) {
        dbc_buf_adds(out, "Files:\n");
    }
    for (size_t i = 0; i < plan->n_files; i++) {
        print_file(&plan->files[i], facts, out);
    }
    if (saved->path) {
        print_file(saved, facts, out);
    }
}

/* ---- Steps. --------------------------------------------------------------------------------- */

static bool is_plain(const char *word)
{
    for (const char *c = word; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("@%_+=:,./-", *c)) {
            return false;
        }
    }
    return *word != '\0';
}

/* Appends a word quoted for a shell. */
static void add_quoted(struct dbc_buf *out, const char *word)
{
    if (is_plain(word)) {
        dbc_buf_adds(out, word);
        return;
    }
    dbc_buf_addc(out, '\'');
    for (const char *c = word; *c; c++) {
        const char one[2] = { *c, '\0' };
        if (*c == '\'') {
            dbc_buf_adds(out, "'\\''");
        } else {
            dbc_buf_add_printable(out, one);
        }
    }
    dbc_buf_addc(out, '\'');
}

static void print_argv(const struct dbc_strvec *argv, struct dbc_buf *out)
{
    size_t length = 0;
    for (size_t i = 0; i < argv->n; i++) {
        length += strlen(argv->v[i]) + 1;
    }
    for (size_t i = 0; i < argv->n; i++) {
        if (i > 0 && length > WIDTH && strcmp(argv->v[i], "--") == 0) {
            dbc_buf_addf(out, " \\\n%*s", STEP_INDENT + 4, "");
        } else if (i > 0) {
            dbc_buf_addc(out, ' ');
        }
        add_quoted(out, argv->v[i]);
    }
}

static void remark(struct dbc_buf *out, const char *text)
{
    dbc_buf_addf(out, "%*s%s", STEP_INDENT + 2, "", text);
}

static void remark_argv(struct dbc_buf *out, const char *text, const struct dbc_strvec *argv)
{
    if (argv->n > 0) {
        remark(out, text);
        print_argv(argv, out);
        dbc_buf_addc(out, '\n');
    }
}

/* Says what a failure means, unless it is what the heading says. */
static void print_failure(const struct ifr_step *step, struct dbc_buf *out)
{
    switch (step->on_failure) {
    case IFR_FATAL:
        break;
    case IFR_WARN:
        remark(out, step->optional ? "may fail; may be missing\n" : "may fail\n");
        break;
    case IFR_FAIL_LATE:
        remark(out, "if it fails: the run goes on, and ends with exit status 1\n");
        break;
    case IFR_FAIL_KEEP:
        remark(out, "if it fails: the run ends with exit status 1, nothing is undone\n");
        break;
    }
    if (step->optional && step->on_failure != IFR_WARN) {
        remark(out, "may be missing\n");
    }
}

/* Says how the step is undone, where each is undone for itself. */
static void print_undo(const struct ifr_step *step, struct dbc_buf *out)
{
    if (step->kind == IFR_STEP_FLOWS) {
        remark(out, "if that fails: fail_mode=standalone");
        dbc_buf_addf(out, " for %s first\n", step->path);
    }
    remark_argv(out, "undo: ", &step->undo);
}

static void print_remarks(const struct ifr_step *step, bool restores, struct dbc_buf *out)
{
    if (step->device && step->kind != IFR_STEP_FLOWS) {
        remark(out, "only if there is a device ");
        dbc_buf_addf(out, "%s then\n", step->device);
    }
    remark_argv(out, "with ", &step->env);
    if (step->attempts > 1) {
        remark(out, "tried ");
        dbc_buf_addf(out, "%u times, a second apart, while the kernel says busy\n", step->attempts);
    }
    if (step->dhcp_timeout > 0) {
        remark(out, "with a DHCP client that tries ");
        dbc_buf_addf(out, "%u seconds\n", step->dhcp_timeout);
    }
    if (step->deadline_ms > LONG_MS) {
        remark(out, "takes ");
        dbc_buf_addf(out, "%u seconds at most\n", step->deadline_ms / 1000);
    }
    remark_argv(out, "or else (and exit status 1 in the end): ", &step->fallback);
    print_failure(step, out);
    if (!restores) {
        print_undo(step, out);
    }
}

static void print_note(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_addf(out, "%*s# ", STEP_INDENT, "");
    dbc_buf_add_printable(out, step->text);
    if (step->device) {
        dbc_buf_addf(out, "  (if there is a device %s then)", step->device);
    }
    dbc_buf_addc(out, '\n');
}

static void print_step(const struct ifr_step *step, unsigned number, bool restores,
                       struct dbc_buf *out)
{
    const struct ifr_step_type *type = ifr_step_type(step->kind);

    dbc_buf_addf(out, "%*u. ", STEP_INDENT - 2, number);
    if (step->kind == IFR_STEP_COMMAND) {
        print_argv(&step->argv, out);
    } else if (type->text) {
        dbc_buf_adds(out, type->text);
    } else {
        type->print(step, out);
    }
    dbc_buf_addc(out, '\n');
    print_remarks(step, restores, out);
}

static void print_steps(const struct ifr_plan *plan, struct dbc_buf *out)
{
    unsigned number = 0;

    dbc_buf_adds(out, plan->restores
                          ? "Steps.  When one fails, the host goes back to what it is now, and the "
                            "exit status\n"
                          : "Steps.  When one fails, it and those before it are undone in reverse, "
                            "and the exit status\n");
    dbc_buf_adds(out, "is 1; a failure of one that may fail is only logged.\n");
    for (size_t i = 0; i < plan->n_steps; i++) {
        if (plan->steps[i].kind == IFR_STEP_NOTE) {
            print_note(&plan->steps[i], out);
        } else {
            print_step(&plan->steps[i], ++number, plan->restores, out);
        }
    }
    if (number == 0) {
        dbc_buf_addf(out, "%*snothing to do\n", STEP_INDENT, "");
    }
}

int ifr_plan_print(const struct ifr_plan *plan, const struct ifr_facts *facts, struct dbc_buf *out,
                   struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct ifr_file_change saved = { 0 };
    int rc = -1;
    if (ifr_plan_check(plan, err) == 0 && ifr_plan_saved(plan, &text, &saved, err) == 0) {
        print_files(plan, &saved, facts, out);
        print_steps(plan, out);
        rc = out->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&text);
    return rc;
}
