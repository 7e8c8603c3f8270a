/* nearest.c - edit distance of short names (Damerau and Levenshtein: a letter put in, left out,
 * changed, or two swapped). */
#include "analysis/nearest.h"

#include <string.h>

/* '-' and '_' are mixed up more often than letters. */
static char fold(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (char)(c - 'A' + 'a');
    }
    return c == '_' ? '-' : c;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The cell for the first i letters of a and j of b, from the two rows before. */
static unsigned cell(const char *a, const char *b, size_t i, size_t j,
                     unsigned rows[3][DBC_NEAREST_MAX + 1])
{
    const unsigned *before = rows[(i + 2) % 3], *now = rows[i % 3];
    unsigned same = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;
    unsigned best = smaller(before[j - 1] + same, smaller(before[j], now[j - 1]) + 1);

    if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1])) {
        best = smaller(best, rows[(i + 1) % 3][j - 2] + 1);
    }
    return best;
}

static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][DBC_NEAREST_MAX + 1];
    size_t n = strnlen(a, DBC_NEAREST_MAX + 1), m = strnlen(b, DBC_NEAREST_MAX + 1);

    if (n > DBC_NEAREST_MAX || m > DBC_NEAREST_MAX) {
        return DBC_NEAREST_FAR;
    }
    for (size_t j = 0; j <= m; j++) {
        rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= n; i++) {
        rows[i % 3][0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            rows[i % 3][j] = cell(a, b, i, j, rows);
        }
    }
    return rows[n % 3][m];
}

bool dbc_nearest_is(const char *name, const char *known, unsigned *best)
{
    unsigned found = distance(name, known);

    if (found >= *best || found * 3 > strlen(known)) {
        return false;
    }
    *best = found;
    return true;
}

const struct dbc_config_key *dbc_nearest_key(enum dbc_class class_, const char *name)
{
    const struct dbc_config_key *found = NULL;
    unsigned best = DBC_NEAREST_FAR;
    size_t n = 0;
    const struct dbc_config_key *keys = dbc_schema_config_keys(&n);

    for (size_t i = 0; i < n; i++) {
        if (keys[i].class_ == class_ && dbc_nearest_is(name, keys[i].name, &best)) {
            found = &keys[i];
        }
    }
    for (size_t i = 0; i < n && found == NULL; i++) {
        if (dbc_nearest_is(name, keys[i].name, &best)) {
            found = &keys[i];
        }
    }
    return found;
}

const struct dbc_field *dbc_nearest_field(enum dbc_class class_, const char *name)
{
    const struct dbc_class_info *info = dbc_schema_class(class_);
    const struct dbc_field *found = NULL;
    unsigned best = DBC_NEAREST_FAR;

    for (size_t i = 0; i < info->n_fields; i++) {
        if (dbc_nearest_is(name, info->fields[i].name, &best)) {
            found = &info->fields[i];
        }
    }
    return found;
}
