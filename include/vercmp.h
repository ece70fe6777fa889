/* vercmp.h - comparing names by the versions in them: `ls -v`, `sort -V` */
#ifndef VERCMP_H
#define VERCMP_H

#include <stddef.h>

/* Compares two names as GNU's version sort does (coreutils manual, "Version sort ordering"): less than, equal to or greater
 * than 0. Digits count as numbers, `~` comes before the end of a name, a suffix like .tar.gz counts last, and
 * hidden files come first. Names that differ may be equal (01 and 1). Neither needs a NUL. */
int version_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
