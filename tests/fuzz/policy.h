/* policy.h - what may come out of hostile data, written down once more: the fuzz targets check
 * files and commands against this and not against the program's own checks. */
#ifndef FUZZ_POLICY_H
#define FUZZ_POLICY_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define NAME LETTERS DIGITS "_.-"
/* What bash takes as it is, outside of quotes and inside. */
#define PLAIN NAME ":,/@%+"
#define QUOTED PLAIN " =;"

static inline void must(bool good, const char *what, const char *value)
{
    if (!good) {
        fprintf(stderr, "fuzz: %s: <%s>\n", what, value);
        abort();
    }
}

static inline bool is_name(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len < 16 && strspn(text, NAME) == len && text[0] != '-' &&
           strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

/* KEY=VALUE, KEY="VALUE" or KEY='VALUE' for bash, with nothing to expand. */
static inline bool is_assignment(const char *line)
{
    size_t key = strspn(line, LETTERS DIGITS "_");
    const char *value = line + key + 1;
    char quote = '\0';
    size_t len = 0;

    if (key == 0 || line[key] != '=') {
        return false;
    }
    quote = *value == '"' || *value == '\'' ? *value++ : '\0';
    len = strspn(value, quote != '\0' ? QUOTED : PLAIN);
    return quote != '\0' ? value[len] == quote && value[len + 1] == '\0' : value[len] == '\0';
}

/* Whether a text is without control characters. */
static inline bool is_clean(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Programs have fixed paths; one of them is where the project is installed. */
static inline bool is_program(const char *path)
{
    return path[0] == '/' && path[strspn(path, NAME "/")] == '\0' && strstr(path, "..") == NULL;
}

static inline bool is_option(const char *word)
{
    static const char *const options[] = {
        "--",
        "--timeout=9",
        "--timeout=20",
        "--may-exist",
        "--if-exists",
        "--with-iface",
        "--id=@",
        "--fake-iface",
        "--strict",
        "-K",
        "-s",
        "-d",
        "-4",
        "-6",
        "-f",
        "-b",
        "-n",
        "-vANY:console:emer",
        "--no-wait",
        "-vconsole:off",
        "--bootstrap",
        "--format=json",
        "--columns=name,fail_mode,other_config",
    };

    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        size_t len = strlen(options[i]);
        if (strcmp(word, options[i]) == 0 ||
            (options[i][len - 1] == '@' && strncmp(word, options[i], len) == 0)) {
            return true;
        }
    }
    return false;
}

static inline void look_at_words(const struct dbc_strvec *argv)
{
    for (size_t i = 0; i < argv->n; i++) {
        const char *word = argv->v[i];
        if (i == 0) {
            must(is_program(word), "a program", word);
            continue;
        }
        /* `ip` takes what follows "dev" as a name, whatever it begins with. */
        must(word[0] != '-' || is_option(word) || strcmp(argv->v[i - 1], "dev") == 0, argv->v[0],
             word);
        must(is_clean(word), "a control character", word);
    }
}

#endif
