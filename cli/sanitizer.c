/* sanitizer.c - a program that loads modules, built with the address sanitizer: linked into
 * interface-reconfigure then, and into nothing that is installed.
 *
 * The sanitizer of gcc 12 guesses the bounds of a module's thread-local storage from the bytes
 * before it; when it guesses wrong, its search for leaks reads at random addresses and crashes. */

const char *__asan_default_options(void);

__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
    return "intercept_tls_get_addr=0";
}
