/* parse.c - the bare program: loads libxml2, parses the files, and prints what that cost this
 * process. */
#include "bare.h"
#include "measure.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (bare_parse(argv[i]) != 0) {
            fprintf(stderr, "bench_parse: %s is not well-formed\n", argv[i]);
            return 1;
        }
    }
    printf("%.0f %u\n", measure_self_us(), measure_peak_kib());
    return 0;
}
