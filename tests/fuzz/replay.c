/* replay.c - runs a fuzz target without libFuzzer, on one named file after the other.  `./check`
 * runs the corpus and the old finds this way; `./check full` looks for new ones.
 *
 * usage: fuzz_NAME FILE...     exit status: 0 when the target accepted all of them */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

#define INPUT_MAX 65536 /* as run.py tells libFuzzer */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    struct dbc_buf input = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (dbc_file_read(path, INPUT_MAX, &input, &err) != 0) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        return -1;
    }
    fprintf(stderr, "%s\n", path); /* the last one is what broke it */
    /* A copy without a byte to spare: the sanitizer sees a read behind the end. */
    uint8_t *data = malloc(input.len);
    if (data == NULL && input.len > 0) {
        fprintf(stderr, "%s: out of memory\n", path);
        dbc_buf_release(&input);
        return -1;
    }
    if (input.len > 0) {
        memcpy(data, input.data, input.len);
    }
    LLVMFuzzerTestOneInput(data, input.len);
    free(data);
    dbc_buf_release(&input);
    return 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (replay(argv[i]) != 0) {
            return 2;
        }
    }
    return argc > 1 ? 0 : 2;
}
