/* cost.c - runs a program without its output, and prints what it cost: microseconds of processor
 * time, and peak memory in KiB.  A small process does this, since a program inherits the peak of
 * the process that starts it. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char **argv)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0) {
        execv(argv[0], argv);
    }
    _exit(127);
}

int main(int argc, char **argv)
{
    struct rusage usage = { 0 };
    int status = 0;
    pid_t child = argc < 2 ? -1 : fork();

    if (child == 0) {
        run(argv + 1);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
        fprintf(stderr, "bench_cost: it did not run, or failed\n");
        return 1;
    }
    printf("%ld %ld\n",
           (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec +
               usage.ru_stime.tv_usec,
           usage.ru_maxrss);
    return 0;
}
