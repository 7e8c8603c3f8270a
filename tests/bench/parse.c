/* parse.c - the bare program: loads libxml2, parses a file, says what that cost this process. */
#include "bare.h"
#include "measure.h"

int main(int argc, char **argv)
{
    if (argc != 2 || bare_parse(argv[1]) != 0) {
        fprintf(stderr, "usage: bench_parse FILE\n");
        return 1;
    }
    printf("%.0f %u\n", measure_self_us(), measure_peak_kib());
    return 0;
}
