/* ipv6.c - which fields of IPv6 a PIF keeps (ipv6.h). */
#include "model/ipv6.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"

bool dbc_pif_wants_ipv6(const struct dbc_pif *pif)
{
    return pif->ipv6_configuration_mode[0] != '\0' &&
           strcmp(pif->ipv6_configuration_mode, "None") != 0;
}

bool dbc_pif_is_static_ipv6(const struct dbc_pif *pif)
{
    return strcmp(pif->ipv6_configuration_mode, "Static") == 0;
}

bool dbc_next_ipv6(const char **at, struct dbc_ipv6 *addr, unsigned *prefix)
{
    char item[DBC_ITEM_SIZE];

    while (dbc_next_item(at, item)) {
        if (dbc_parse_ipv6_prefix(item, addr, prefix)) {
            return true;
        }
    }
    return false;
}

/* Unsets the fields of IPv6 that also have the flags `more`. */
static void unset(struct dbc_pif *pif, unsigned more)
{
    const struct dbc_class_info *info = dbc_schema_class(DBC_PIF);
    unsigned flags = DBC_FIELD_IPV6 | more;

    for (size_t i = 0; i < info->n_fields; i++) {
        if ((info->fields[i].flags & flags) == flags) {
            dbc_record_unset(&pif->rec, &info->fields[i]);
        }
    }
}

/* Ignores a zone or a length after the address. */
static bool is_link_local(const char *item)
{
    char address[DBC_ITEM_SIZE] = "";
    struct dbc_ipv6 addr;

    memcpy(address, item, strcspn(item, "/%"));
    return dbc_parse_ipv6(address, &addr) && dbc_ipv6_is_link_local(&addr);
}

/* Appends the list without its link-local addresses.  An item longer than any address is kept
 * whole. */
static void without_link_local(const char *list, struct dbc_buf *out)
{
    char item[DBC_ITEM_SIZE];

    for (const char *at = list, *next = list; dbc_next_item(&next, item); at = next) {
        if (!is_link_local(item)) {
            dbc_buf_adds(out, out->len > 0 ? "," : "");
            dbc_buf_add(out, at, strcspn(at, ","));
        }
    }
}

int dbc_pif_settle_ipv6(struct dbc_db *db, struct dbc_pif *pif, struct dbc_error *err)
{
    struct dbc_buf kept = DBC_BUF_INIT;
    int status = 0;

    if (!dbc_pif_is_static_ipv6(pif)) {
        unset(pif, dbc_pif_wants_ipv6(pif) ? DBC_FIELD_LIST : 0);
        return 0;
    }
    without_link_local(pif->IPv6, &kept);
    if (kept.failed) {
        status = dbc_fail_nomem(err);
    } else if (strcmp(dbc_buf_str(&kept), pif->IPv6) != 0) {
        status = dbc_record_set(db, &pif->rec, dbc_schema_field(DBC_PIF, "IPv6"),
                                dbc_buf_str(&kept), NULL, err);
    }
    dbc_buf_release(&kept);
    return status;
}
