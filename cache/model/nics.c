/* nics.c - the list of a host's NICs and its text form (nics.h). */
#include "model/nics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

#define WORD_SIZE 64 /* more than any valid word of a line has */
#define WORDS 3
#define DOMAIN_DIGITS 8

/* ---- PCI addresses ------------------------------------------------------------------------- */

/* Takes 1 to `max` hex digits off *at; false when there are fewer or more. */
static bool take_hex(const char **at, size_t max, uint64_t *out)
{
    size_t n = 0;

    *out = 0;
    for (; dbc_hex_digit(**at) >= 0; (*at)++, n++) {
        if (n == max) {
            return false;
        }
        *out = *out << 4 | (unsigned)dbc_hex_digit(**at);
    }
    return n > 0;
}

static bool take(const char **at, char c)
{
    bool found = **at == c;

    *at += found;
    return found;
}

/* A second colon tells that there is a domain. */
bool dbc_parse_pci(const char *text, char out[DBC_PCI_SIZE], uint64_t *order)
{
    uint64_t domain = 0, bus = 0, slot = 0, function = 0;
    const char *colon = text == NULL ? NULL : strchr(text, ':');

    if (colon == NULL) {
        return false;
    }
    if (strchr(colon + 1, ':') != NULL &&
        (!take_hex(&text, DOMAIN_DIGITS, &domain) || !take(&text, ':'))) {
        return false;
    }
    if (!take_hex(&text, 2, &bus) || !take(&text, ':') || !take_hex(&text, 2, &slot) ||
        !take(&text, '.') || !take_hex(&text, 1, &function) || *text != '\0' || slot > 31 ||
        function > 7) {
        return false;
    }
    snprintf(out, DBC_PCI_SIZE, "%04x:%02x:%02x.%x", (unsigned)domain, (unsigned)bus,
             (unsigned)slot, (unsigned)function);
    *order = 1 + (domain << 16 | bus << 8 | slot << 3 | function);
    return true;
}

/* ---- The list ------------------------------------------------------------------------------ */

const struct dbc_nic *dbc_nics_find(const struct dbc_nics *nics, const char *device)
{
    for (size_t i = 0; i < nics->n; i++) {
        if (strcmp(nics->v[i].device, device) == 0) {
            return &nics->v[i];
        }
    }
    return NULL;
}

/* Parses a MAC that a NIC can have as its own: neither multicast nor zero. */
static bool parse_own_mac(const char *text, char out[18])
{
    static const char zero[] = "00:00:00:00:00:00";
    char mac[18];

    if (!dbc_parse_mac(text, mac) || strcmp(mac, zero) == 0 || dbc_hex_digit(mac[1]) % 2 == 1) {
        return false;
    }
    memcpy(out, mac, sizeof mac);
    return true;
}

static int fill(struct dbc_nic *nic, const char *mac, const char *device, const char *pci,
                struct dbc_error *err)
{
    if (!parse_own_mac(mac, nic->mac)) {
        return dbc_fail(err, DBC_EINVAL, "expected the MAC of a NIC, found '%s'", mac);
    }
    if (!dbc_valid_ifname(device)) {
        return dbc_fail(err, DBC_EINVAL, "expected the name of a device, found '%s'", device);
    }
    memcpy(nic->device, device, strlen(device) + 1);
    if (*pci != '\0' && !dbc_parse_pci(pci, nic->pci, &nic->pci_order)) {
        return dbc_fail(err, DBC_EINVAL, "expected a PCI address as 0000:03:00.0, or -, found '%s'",
                        pci);
    }
    return 0;
}

int dbc_nics_add(struct dbc_nics *nics, const char *mac, const char *device, const char *pci,
                 struct dbc_error *err)
{
    struct dbc_nic nic = { 0 };
    const struct dbc_nic *other = NULL;

    if (fill(&nic, mac, device, pci, err) != 0) {
        return -1;
    }
    other = dbc_nics_find(nics, device);
    if (other != NULL) {
        return other->line == 0
                   ? dbc_fail(err, DBC_ECONFLICT, "a second NIC called %s", device)
                   : dbc_fail(err, DBC_ECONFLICT, "a second NIC called %s, after line %u", device,
                              other->line);
    }
    if (nics->n >= DBC_LIMIT_NICS) {
        return dbc_fail(err, DBC_ELIMIT, "more than %d NICs", DBC_LIMIT_NICS);
    }
    if (!DBC_GROW(nics->v, nics->n, nics->cap)) {
        return dbc_fail_nomem(err);
    }
    nics->v[nics->n++] = nic;
    return 0;
}

void dbc_nics_release(struct dbc_nics *nics)
{
    free(nics->v);
    *nics = DBC_NICS_INIT;
}

/* ---- Its text ------------------------------------------------------------------------------ */

struct line {
    const char *source;
    unsigned number;
    const char *at, *start, *end; /* the end, or where the comment begins */
    char words[WORDS][WORD_SIZE];
    size_t n;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static int fail_line(const struct line *line, const char *at, struct dbc_error *err,
                     const char *what)
{
    return dbc_fail_at(err, DBC_EPARSE, line->source, line->number,
                       (unsigned)(at - line->start) + 1, "%s; a line is MAC DEVICE PCI", what);
}

/* Splits the line into words; one with a NUL is an error. */
static int split(struct line *line, struct dbc_error *err)
{
    while (line->at < line->end) {
        const char *word = line->at;
        size_t len = 0;
        while (line->at < line->end && !is_blank(*line->at)) {
            line->at++;
        }
        len = (size_t)(line->at - word);
        if (len >= WORD_SIZE || memchr(word, '\0', len) != NULL) {
            return fail_line(line, word, err, "a word that is no NIC's");
        }
        if (len > 0 && line->n == WORDS) {
            return fail_line(line, word, err, "a fourth word");
        }
        if (len > 0) {
            memcpy(line->words[line->n], word, len);
            line->words[line->n++][len] = '\0';
        }
        line->at += line->at < line->end;
    }
    return 0;
}

static int take_line(struct line *line, struct dbc_nics *ret, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    const char *pci = line->words[2];

    if (split(line, err) != 0) {
        return -1;
    }
    if (line->n == 0) {
        return 0;
    }
    if (line->n < WORDS) {
        return fail_line(line, line->end, err, "a word is missing");
    }
    if (dbc_nics_add(ret, line->words[0], line->words[1], strcmp(pci, "-") == 0 ? "" : pci, &why) !=
        0) {
        return dbc_fail_at(err, why.code, line->source, line->number, 0, "%s", why.text);
    }
    ret->v[ret->n - 1].line = line->number;
    return 0;
}

static int parse_lines(const char *source, const char *text, size_t len, struct dbc_nics *ret,
                       struct dbc_error *err)
{
    const char *end = text + len, *at = text;

    for (unsigned number = 1; at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        const char *comment = memchr(at, '#', (size_t)(stop - at));
        struct line line = { .source = source, .number = number, .at = at, .start = at };
        line.end = comment == NULL ? stop : comment;
        if (take_line(&line, ret, err) != 0) {
            return -1;
        }
        at = newline == NULL ? end : newline + 1;
    }
    return 0;
}

int dbc_nics_parse(const char *source, const char *text, size_t len, struct dbc_nics *ret,
                   struct dbc_error *err)
{
    *ret = DBC_NICS_INIT;
    if (len > DBC_LIMIT_NICS_BYTES) {
        return dbc_fail_at(err, DBC_ELIMIT, source, 0, 0, "a list of NICs above %u bytes",
                           DBC_LIMIT_NICS_BYTES);
    }
    if (parse_lines(source, text, len, ret, err) != 0) {
        dbc_nics_release(ret);
        return -1;
    }
    return 0;
}
