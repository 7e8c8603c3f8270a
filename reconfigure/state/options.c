/* options.c - options of bridges and bonds, set by netlink (options.h). */
#include "reconfigure/state/options.h"

#include <stdlib.h>
#include <string.h>

#define DELAYS (IFR_BIT(IFR_LINK_UPDELAY) | IFR_BIT(IFR_LINK_DOWNDELAY))

uint32_t ifr_options_of(const char *type)
{
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK);
    uint32_t ret = 0;

    for (size_t i = 0; i < IFR_N_LINK; i++) {
        const char *kind = rows[i].option.kind;
        if (kind != NULL && (type == NULL || strcmp(kind, type) == 0)) {
            ret |= IFR_BIT(i);
        }
    }
    return ret;
}

uint32_t ifr_options_at_work(void)
{
    return ifr_options_of(NULL) & ~IFR_BIT(IFR_LINK_BOND_MODE);
}

uint32_t ifr_options_with_delays(uint32_t which)
{
    return (which & IFR_BIT(IFR_LINK_MIIMON)) != 0 ? which | DELAYS : which;
}

int ifr_options_set(struct ifr_netlink *nl, const char *device,
                    const char *const values[IFR_ATTRIBUTES_MAX], uint32_t which,
                    struct dbc_error *err)
{
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK);
    struct dbc_error first = DBC_ERROR_INIT;
    const char *miimon = values[IFR_LINK_MIIMON];

    if (miimon != NULL && strcmp(miimon, "0") == 0) {
        which &= ~DELAYS;
    }
    for (size_t i = 0; i < IFR_N_LINK; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        if ((which & IFR_BIT(i)) == 0 || rows[i].option.kind == NULL || values[i] == NULL ||
            *values[i] == '\0') {
            continue;
        }
        if (ifr_netlink_set_option(nl, device, &rows[i].option,
                                   (uint32_t)strtoul(values[i], NULL, 10), &why) < 0 &&
            first.code == DBC_OK) {
            dbc_fail(&first, why.code, "%s of %s: %s", rows[i].name, device, why.text);
        }
    }
    if (first.code != DBC_OK && err != NULL) {
        *err = first;
    }
    return first.code == DBC_OK ? 0 : -1;
}
