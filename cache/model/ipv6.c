/* ipv6.c - which fields of IPv6 a PIF keeps (ipv6.h). */
#include "model/ipv6.h"

#include <string.h>

#include "model/database.h"

bool dbc_pif_wants_ipv6(const struct dbc_pif *pif)
{
    return pif->ipv6_configuration_mode[0] != '\0' &&
           strcmp(pif->ipv6_configuration_mode, "None") != 0;
}

void dbc_pif_settle_ipv6(struct dbc_pif *pif)
{
    static const char *const fields[] = { "IPv6", "IPv6_gateway", "primary_address_type",
                                          "ipv6_configuration_mode" };
    size_t n = !dbc_pif_wants_ipv6(pif)                              ? 4
               : strcmp(pif->ipv6_configuration_mode, "Static") != 0 ? 1
                                                                     : 0;

    for (size_t i = 0; i < n; i++) {
        dbc_record_unset(&pif->rec, dbc_schema_field(DBC_PIF, fields[i]));
    }
}
