/* filetest.h - tests of files: test, [ and [[ ]]
 *
 * Follows POSIX.1-2024 test; the GNU coreutils manual, "File type tests" and those that follow.
 */
#ifndef FILETEST_H
#define FILETEST_H

#include <stdbool.h>

/* Whether `file` is what the letter `op` of test asks for: one of b c d e f g h k L N O p r s S u w x G. Links are followed, but
 * for h and L. False if there is no such file, or it cannot be told. */
bool file_test(char op, const char *file);

/* Whether `a` was modified after `b`, or exists and `b` does not. */
bool file_newer(const char *a, const char *b);

/* Whether both are the same file. */
bool file_same(const char *a, const char *b);

#endif
