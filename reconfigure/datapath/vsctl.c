/* vsctl.c - building and quoting one ovs-vsctl transaction; used by vswitch.c only.  An
 * argv needs no shell quoting; what stands right of a `=` in `set` is parsed once more by
 * ovs-vsctl as an OVSDB value and is quoted for that. */
#include "reconfigure/datapath/vsctl.h"

#include <string.h>

static bool plain(const char *value)
{
    const char *s = value;

    for (; *s != '\0'; s++) {
        bool alnum =
            (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');
        if (!alnum) {
            return false;
        }
    }
    return s != value;
}

static void quote_char(unsigned char c, struct dbc_buf *out)
{
    static const char special[] = "\\\"\n\t\r\b\a";
    static const char letter[] = "\\\"ntrba";
    const char *at = c != '\0' ? strchr(special, c) : NULL;

    if (at != NULL) {
        dbc_buf_addc(out, '\\');
        dbc_buf_addc(out, letter[at - special]);
    } else if (c < 0x20 || c == 0x7f) {
        dbc_buf_addf(out, "\\x%02x", c);
    } else {
        dbc_buf_addc(out, (char)c);
    }
}

void ifr_vsctl_quote(const char *value, struct dbc_buf *out)
{
    if (plain(value)) {
        dbc_buf_adds(out, value);
        return;
    }
    dbc_buf_addc(out, '"');
    for (const char *s = value; *s != '\0'; s++) {
        quote_char((unsigned char)*s, out);
    }
    dbc_buf_addc(out, '"');
}

void ifr_vsctl_del_br(struct dbc_strvec *t, const char *bridge)
{
    dbc_strvec_pushl(t, "--", "--if-exists", "del-br", bridge, NULL);
}

void ifr_vsctl_add_br(struct dbc_strvec *t, const char *bridge)
{
    dbc_strvec_pushl(t, "--", "--may-exist", "add-br", bridge, NULL);
}

void ifr_vsctl_add_vlan_br(struct dbc_strvec *t, const char *bridge, const char *parent, int tag)
{
    dbc_strvec_pushl(t, "--", "--may-exist", "add-br", bridge, parent, NULL);
    dbc_strvec_pushf(t, "%d", tag);
}

void ifr_vsctl_del_port(struct dbc_strvec *t, const char *port)
{
    dbc_strvec_pushl(t, "--", "--with-iface", "--if-exists", "del-port", port, NULL);
}

void ifr_vsctl_add_port(struct dbc_strvec *t, const char *bridge, const char *port)
{
    dbc_strvec_pushl(t, "--", "--may-exist", "add-port", bridge, port, NULL);
}

void ifr_vsctl_add_bond(struct dbc_strvec *t, const char *bridge, const char *bond,
                        const struct dbc_strvec *slaves)
{
    dbc_strvec_pushl(t, "--", "--fake-iface", "add-bond", bridge, bond, NULL);
    dbc_strvec_push_all(t, slaves);
}

void ifr_vsctl_set(struct dbc_strvec *t, const char *table, const char *record)
{
    dbc_strvec_pushl(t, "--", "set", table, record, NULL);
}

void ifr_vsctl_column(struct dbc_strvec *t, const char *column, const char *value)
{
    struct dbc_buf quoted = DBC_BUF_INIT;

    ifr_vsctl_quote(value, &quoted);
    dbc_strvec_pushf(t, "%s=%s", column, dbc_buf_str(&quoted));
    t->failed = t->failed || quoted.failed;
    dbc_buf_release(&quoted);
}

void ifr_vsctl_column_word(struct dbc_strvec *t, const char *column, const char *word)
{
    dbc_strvec_pushf(t, "%s=%s", column, word);
}

void ifr_vsctl_remove(struct dbc_strvec *t, const char *table, const char *record,
                      const char *column, const char *key)
{
    dbc_strvec_pushl(t, "--", "remove", table, record, column, key, NULL);
}

void ifr_vsctl_external_id(struct dbc_strvec *t, const char *bridge, const char *key,
                           const char *value)
{
    dbc_strvec_pushl(t, "--", "br-set-external-id", bridge, key, value, NULL);
}

void ifr_vsctl_plan(struct ifr_planner *p, const struct dbc_strvec *t)
{
    struct ifr_step *step = NULL;

    if (t->n == 0 && !t->failed) {
        return;
    }
    step = ifr_plan_command(p->plan, IFR_FATAL, "/usr/bin/ovs-vsctl", "--timeout=20", NULL);
    dbc_strvec_push_all(&step->argv, t);
    step->failed = step->failed || t->failed;
    step->deadline_ms = IFR_DEADLINE_VSCTL;
    ifr_step_text(step, "Failed to modify vswitch configuration");
}
