/* json.h - printing JSON, for the verbs.  output.c has it with the output for people. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdio.h>

#include <jansson.h>

/* Returns a string, or null for NULL.  Bytes that are not UTF-8 are escaped.  NULL when out of
 * memory. */
json_t *cli_json_text(const char *text);

/* Print a value with a line's end, on stdout or `out`, and free it; NULL counts as a value that
 * there was no memory for.  Return 0, or -1 after a message when memory ran out; the main program
 * reports failed writes. */
int cli_json_print(json_t *json);
int cli_json_print_to(FILE *out, json_t *json);

#endif
