/* undo_foreign.c - what somebody else changed after the change was done (undo.h): it is neither as
 * it was before nor as the change left it, and stays.  It is found once, before anything goes back,
 * and saved in the record, since it could not be found half-way back. */
#include "reconfigure/plan/undo_priv.h"
#include "reconfigure/state/options.h"

/* Devices of Open vSwitch follow their ports, and a bond's NICs their bond. */
static uint32_t may_be_foreign(const char *type)
{
    return ifr_type_is_nic(type) || ifr_type_is_made(type)
               ? IFR_BIT(IFR_LINK_MTU) | IFR_BIT(IFR_LINK_STATE) | IFR_BIT(IFR_LINK_MASTER) |
                     ifr_options_of(type)
               : 0;
}

/* A DHCP client may get another address, and those from routers come and go. */
static bool may_be_added(const struct pair *after, const char *member)
{
    return !ifr_member_is_link_local(member) && !ifr_member_is_lent(member) &&
           (*was(after, IFR_LINK_CLIENT) == '\0' || ifr_member_is_ipv6(member));
}

static int keep_added(const struct pair *before, const struct pair *after, unsigned attribute,
                      json_t *ret)
{
    const char *now = ifr_object_get(before->is, attribute);
    struct dbc_buf lines = DBC_BUF_INIT;
    char member[IFR_MEMBER_MAX];
    int rc = 0;

    while (is_known(after, attribute) && ifr_set_next(&now, '\n', member)) {
        if (may_be_added(after, member) &&
            !ifr_set_has_words(was(before, attribute), '\n', member) &&
            !ifr_set_has_words(was(after, attribute), '\n', member)) {
            dbc_buf_addf(&lines, "%s%s", lines.len > 0 ? "\n" : "", member);
        }
    }
    if (lines.len > 0) {
        rc = json_object_set_new(ret, attribute_name(attribute), json_string(lines.data));
    }
    rc = lines.failed ? -1 : rc;
    dbc_buf_release(&lines);
    return rc;
}

static int add_foreign(const struct pair *before, const struct pair *after, json_t *ret)
{
    uint32_t which = may_be_foreign(ifr_object_get(before->is, IFR_LINK_TYPE));
    json_t *of = json_object();
    int rc = 0;

    if (strcmp(was(after, IFR_LINK_MASTER), "ovs-system") == 0) {
        which &= ~IFR_BIT(IFR_LINK_MASTER); /* the database decides about it */
    }
    for (unsigned i = 0; i < IFR_N_LINK; i++) {
        if ((which & IFR_BIT(i)) != 0 && differs(before, i) && differs(after, i)) {
            rc |= json_object_set_new(of, attribute_name(i),
                                      json_string(ifr_object_get(before->is, i)));
        }
    }
    rc |= keep_added(before, after, IFR_LINK_ADDRESSES, of);
    rc |= keep_added(before, after, IFR_LINK_ROUTES, of);
    if (rc == 0 && json_object_size(of) > 0) {
        rc = json_object_set(ret, before->name, of);
    }
    json_decref(of);
    return rc;
}

static int find_devices(struct ifr_back *back, const json_t *after, json_t *ret)
{
    struct ifr_state now = { 0 };
    const char *name = NULL;
    json_t *device = NULL;
    int rc = ifr_back_look(back, &now);

    json_object_foreach(json_object_get(back->record, "devices"), name, device)
    {
        const struct ifr_object *is = ifr_state_find(&now, IFR_LINK, name);
        const struct pair before = { back, name, device, is, &now };
        const struct pair changed = { back, name, json_object_get(after, name), is, &now };
        if (rc != 0 || is == NULL || !json_is_object(device) || !json_is_object(changed.was) ||
            ifr_back_renamed_to(&before) != NULL || differs(&changed, IFR_LINK_TYPE)) {
            continue; /* it was made, deleted or replaced */
        }
        rc = add_foreign(&before, &changed, ret);
    }
    ifr_state_release(&now);
    return rc;
}

static bool has_client(const json_t *devices)
{
    const char *name = NULL;
    json_t *device = NULL;

    json_object_foreach((json_t *)(uintptr_t)devices, name, device)
    {
        if (had_client(device, IFR_LINK_CLIENT) || had_client(device, IFR_LINK_CLIENT6)) {
            return true;
        }
    }
    return false;
}

static int find_files(struct ifr_back *back, const json_t *after, json_t *ret)
{
    static const char resolv[] = "/etc/resolv.conf";
    bool clients = has_client(json_object_get(after, "devices"));
    const char *path = NULL;
    json_t *file = NULL;
    int rc = 0;

    json_object_foreach(json_object_get(back->record, "files"), path, file)
    {
        const json_t *changed = json_object_get(json_object_get(after, "files"), path);
        if (changed == NULL || (clients && strncmp(path, resolv, strlen(resolv)) == 0) ||
            ifr_back_file_is(back, path, file) || ifr_back_file_is(back, path, changed)) {
            continue;
        }
        rc |= json_object_set_new(ret, path, json_string("changed"));
    }
    return rc;
}

static void find(struct ifr_back *back, const json_t *after)
{
    json_t *foreign = json_pack("{s:{}, s:{}}", "devices", "files");

    if (foreign == NULL || find_files(back, after, json_object_get(foreign, "files")) != 0 ||
        (back->live.kernel != NULL && find_devices(back, json_object_get(after, "devices"),
                                                   json_object_get(foreign, "devices")) != 0) ||
        json_object_set(back->undo->record, "foreign", foreign) != 0) {
        json_decref(foreign);
        return;
    }
    json_decref(foreign);
    ifr_back_keep(back);
}

static void tell(struct ifr_back *back, const char *device, const json_t *of)
{
    const char *attribute = NULL;
    json_t *value = NULL;
    char member[IFR_MEMBER_MAX];

    json_object_foreach((json_t *)(uintptr_t)of, attribute, value)
    {
        const char *text = json_string_value(value);
        if (*text == '\0') {
            dbc_strvec_pushf(back->left, "%s: somebody else removed its %s: it stays so", device,
                             attribute);
        }
        while (ifr_set_next(&text, '\n', member)) {
            dbc_strvec_pushf(back->left, "%s: %s %s was set by somebody else: it stays", device,
                             attribute, member);
        }
    }
}

void ifr_back_find_foreign(struct ifr_back *back)
{
    const json_t *after = json_object_get(back->record, "after");
    const char *name = NULL;
    json_t *foreign = NULL, *of = NULL;

    if (json_object_get(back->record, "foreign") == NULL && after != NULL) {
        find(back, after);
    }
    foreign = json_object_get(back->record, "foreign");
    json_object_foreach(json_object_get(foreign, "devices"), name, of)
    {
        tell(back, name, of);
    }
    json_object_foreach(json_object_get(foreign, "files"), name, of)
    {
        dbc_strvec_pushf(back->left, "%s: somebody else changed it: it stays", name);
    }
}
