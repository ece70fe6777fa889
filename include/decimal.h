/* decimal.h - decimal numbers of any length, with a scale, as bc and dc calculate
 *
 * A number has `scale` digits behind the point that count, also when they are zeros. Numbers are not changed once they are
 * made, are shared by counting references, and come from a pool: whoever got one from a function drops it when done.
 * Operands are borrowed. Results are truncated, never rounded. POSIX.1-2024 bc, "Operations in bc".
 */
#ifndef DECIMAL_H
#define DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

struct dec {
	unsigned refs;
	uint8_t order;   /* its block has room for 1 << order limbs */
	bool negative;   /* never set in a zero */
	size_t scale;    /* digits behind the point */
	size_t frac;     /* limbs behind the point */
	size_t len;      /* limbs in all: frac, and those before the point, whose highest is not 0 */
	uint32_t limb[]; /* to the base of 10^9, the lowest first; digits past the scale are 0 */
};

/* Blocks to be used again; zero it to begin. They are cut from the arena. */
struct dec_pool {
	struct dec *free[48];
};

static inline struct dec *dec_keep(struct dec *d)
{
	d->refs++;
	return d;
}
void dec_free(struct dec_pool *p, struct dec *d);
static inline void dec_drop(struct dec_pool *p, struct dec *d)
{
	if (d && --d->refs == 0)
		dec_free(p, d);
}

struct dec *dec_from(struct dec_pool *p, intmax_t n);

/* A block with room for so many bytes, zeros, in the place of limbs: for what a caller keeps beside its numbers. */
struct dec *dec_block(struct dec_pool *p, size_t bytes);

/* Reads digits 0-9 A-Z, with at most one point, in base 2 to 36; a minus may precede. A digit that the base does not have
 * counts as the highest it has, if `clamp` and there are several, else as itself. */
struct dec *dec_read(struct dec_pool *p, const char *s, size_t len, unsigned base, bool clamp);

bool dec_is_zero(const struct dec *d);
int dec_compare(const struct dec *a, const struct dec *b);

/* The part before the point. Returns false, and the nearest that there is, if that does not fit. */
bool dec_to_int(const struct dec *d, intmax_t *n);

/* Digits before the point, and all that count: of 0.001 they are 0 and 1. */
size_t dec_digits(const struct dec *d);
size_t dec_length(const struct dec *d);

struct dec *dec_negate(struct dec_pool *p, const struct dec *a);
struct dec *dec_add(struct dec_pool *p, const struct dec *a, const struct dec *b);
struct dec *dec_subtract(struct dec_pool *p, const struct dec *a, const struct dec *b);

/* The product with the scale min(sa + sb, max(scale, sa, sb)). */
struct dec *dec_multiply(struct dec_pool *p, const struct dec *a, const struct dec *b, size_t scale);

/* The quotient with that scale; NULL if b is 0. */
struct dec *dec_divide(struct dec_pool *p, const struct dec *a, const struct dec *b, size_t scale);

/* a - (a / b) * b for the quotient with that scale, which *quotient gets if it is not NULL. NULL if b is 0. */
struct dec *dec_modulo(struct dec_pool *p, const struct dec *a, const struct dec *b, size_t scale,
		       struct dec **quotient);

/* a to the power of n. Scale: that given if n is negative, else min(sa * n, max(scale, sa)). NULL if that divides by 0. */
struct dec *dec_power(struct dec_pool *p, const struct dec *a, intmax_t n, size_t scale);

/* base ^ exponent modulo `modulus`, all whole, for an exponent that is not negative and a modulus that is not 0. */
struct dec *dec_power_modulo(struct dec_pool *p, const struct dec *base, const struct dec *exponent,
			     const struct dec *modulus);

/* The square root with the scale max(scale, sa); NULL if a is negative. */
struct dec *dec_root(struct dec_pool *p, const struct dec *a, size_t scale);

/* The same number with another scale: zeros added, or digits cut off. */
struct dec *dec_rescale(struct dec_pool *p, const struct dec *a, size_t scale);

/* Appends the number in a base of 2 or more: digits 0-9 A-F up to 16, above that each digit in decimal behind a blank. Without a
 * zero before the point unless `zero`. */
void dec_put(struct dec_pool *p, struct buf *out, const struct dec *d, intmax_t base, bool zero);

#endif
