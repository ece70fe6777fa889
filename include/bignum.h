/* bignum.h - whole numbers of any size */
#ifndef BIGNUM_H
#define BIGNUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number; its memory is the arena's, and is not changed once it is made. Zero has no limbs and is not negative. */
struct big {
	bool negative;
	size_t len;      /* limbs */
	uint32_t *limbs; /* the lowest first, the highest not 0 */
};

/* Reads decimal digits, perhaps after a minus. Returns false if `s` is anything else. */
bool big_read(const char *s, struct big *out);

struct big big_from(intmax_t n);

/* Returns the number in decimal. */
char *big_to_str(struct big a);

/* Returns less than, equal to or greater than 0. */
int big_compare(struct big a, struct big b);

struct big big_add(struct big a, struct big b);
struct big big_subtract(struct big a, struct big b);
struct big big_multiply(struct big a, struct big b);

/* Divides towards zero; the remainder has the sign of `a`. `b` is not 0. Either result may be NULL. */
void big_divide(struct big a, struct big b, struct big *quotient, struct big *remainder);

#endif
