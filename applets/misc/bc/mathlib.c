/* mathlib.c - the functions of bc -l
 *
 * Each calculates with some digits more than `scale` has and cuts the result to it. Series of Taylor, after the argument has
 * been made small by a rule of the function, so that few terms do.
 */
#include "bc.h"

enum { GUARD = 9 };

/* What a function calculates with. */
struct work {
	struct bc *bc;
	struct dec_pool *pool;
	size_t scale; /* to calculate with */
};

/* Puts `d` in the place of *at. */
static void put(const struct work *w, struct dec **at, struct dec *d)
{
	dec_drop(w->pool, *at);
	*at = d;
}

static void multiply(const struct work *w, struct dec **at, const struct dec *by)
{
	put(w, at, dec_multiply(w->pool, *at, by, w->scale));
	if ((*at)->scale > w->scale)
		put(w, at, dec_rescale(w->pool, *at, w->scale));
}

static void divide(const struct work *w, struct dec **at, const struct dec *by)
{
	put(w, at, dec_divide(w->pool, *at, by, w->scale));
}

static void divide_by(const struct work *w, struct dec **at, intmax_t by)
{
	struct dec *d = dec_from(w->pool, by);

	divide(w, at, d);
	dec_drop(w->pool, d);
}

static void multiply_by(const struct work *w, struct dec **at, intmax_t by)
{
	struct dec *d = dec_from(w->pool, by);

	multiply(w, at, d);
	dec_drop(w->pool, d);
}

static void add(const struct work *w, struct dec **at, const struct dec *d)
{
	put(w, at, dec_add(w->pool, *at, d));
}

static void subtract(const struct work *w, struct dec **at, const struct dec *d)
{
	put(w, at, dec_subtract(w->pool, *at, d));
}

static struct dec *copy(const struct work *w, const struct dec *d)
{
	return dec_rescale(w->pool, d, w->scale);
}

static struct dec *absolute(const struct work *w, const struct dec *d)
{
	return d->negative ? dec_negate(w->pool, d) : copy(w, d);
}

/* The result with the scale that was asked for. */
static struct dec *finish(const struct work *w, struct dec *d)
{
	put(w, &d, dec_rescale(w->pool, d, w->bc->scale));
	return d;
}

static struct dec *number(const struct work *w, intmax_t n)
{
	return dec_from(w->pool, n);
}

/* Whether |x| is more than 1/n. */
static bool is_over(const struct work *w, const struct dec *x, intmax_t n)
{
	struct dec *limit = number(w, 1), *size = absolute(w, x);
	bool over;

	divide_by(w, &limit, n);
	over = dec_compare(size, limit) > 0;
	dec_drop(w->pool, limit);
	dec_drop(w->pool, size);
	return over;
}

static struct work work_with(struct bc *bc, size_t more)
{
	return (struct work){ bc, &bc->pool, bc->scale + more + GUARD };
}

/* The sum of term, term * factor / (n * (n + 1)), and so on: the series of sine and cosine. */
static struct dec *alternate(const struct work *w, struct dec *term, const struct dec *factor, intmax_t n)
{
	struct dec *sum = copy(w, term);

	for (; !dec_is_zero(term); n += 2) {
		multiply(w, &term, factor);
		divide_by(w, &term, n * (n + 1));
		add(w, &sum, term);
	}
	dec_drop(w->pool, term);
	return sum;
}

/* --- e ------------------------------------------------------------------------------------------------------------------- */

static struct dec *exponential(struct bc *bc, const struct dec *x, const struct dec *unused)
{
	intmax_t whole, halvings = 0;
	struct work w;
	struct dec *small, *sum, *term, *one = bc->one;

	(void)unused;
	dec_to_int(x, &whole);
	whole = whole < 0 ? -whole : whole;
	if (whole < 0 || whole > INT_MAX)
		whole = INT_MAX;
	w = work_with(bc, (size_t)(whole * 44 / 100) + bc->scale / 20 + 10);
	small = absolute(&w, x);
	/* e^x = (e^(x/2))^2 */
	while (is_over(&w, small, bc->scale > 100 ? 4096 : 64)) {
		divide_by(&w, &small, 2);
		halvings++;
	}
	sum = dec_add(&bc->pool, small, one);
	term = copy(&w, small);
	for (intmax_t n = 2; !dec_is_zero(term); n++) {
		multiply(&w, &term, small);
		divide_by(&w, &term, n);
		add(&w, &sum, term);
	}
	while (halvings-- > 0)
		multiply(&w, &sum, sum);
	if (x->negative) {
		struct dec *d = copy(&w, one);

		divide(&w, &d, sum);
		put(&w, &sum, d);
	}
	dec_drop(&bc->pool, small);
	dec_drop(&bc->pool, term);
	return finish(&w, sum);
}

/* --- l ------------------------------------------------------------------------------------------------------------------- */

/* atanh or atan: y + y^3/3 + y^5/5 ..., with alternating signs for atan. */
static struct dec *arc_series(const struct work *w, const struct dec *y, bool alternating)
{
	struct dec *square = copy(w, y), *power = copy(w, y), *sum = copy(w, y), *term;

	multiply(w, &square, y);
	for (intmax_t n = 3; !dec_is_zero(power); n += 2) {
		multiply(w, &power, square);
		term = dec_keep(power);
		divide_by(w, &term, n);
		if (alternating && n % 4 == 3)
			subtract(w, &sum, term);
		else
			add(w, &sum, term);
		dec_drop(w->pool, term);
	}
	dec_drop(w->pool, square);
	dec_drop(w->pool, power);
	return sum;
}

static struct dec *logarithm(struct bc *bc, const struct dec *x, const struct dec *unused)
{
	struct work w = work_with(bc, dec_digits(x) / 2 + bc->scale / 20 + 10);
	struct dec *d, *y, *below;
	intmax_t doublings = 1;

	(void)unused;
	if (x->negative || dec_is_zero(x)) {
		/* as far below zero as the scale has digits */
		struct dec *ten = number(&w, 10);

		d = dec_power(&bc->pool, ten, (intmax_t)bc->scale, 0);
		put(&w, &d, dec_subtract(&bc->pool, bc->one, d));
		dec_drop(&bc->pool, ten);
		return finish(&w, d);
	}
	if (x->scale > w.scale)
		w.scale = x->scale + GUARD;
	d = copy(&w, x);
	/* l(x) = 2 l(sqrt(x)) */
	for (;;) {
		y = dec_subtract(&bc->pool, d, bc->one);
		if (!is_over(&w, y, bc->scale > 100 ? 128 : 8))
			break;
		dec_drop(&bc->pool, y);
		put(&w, &d, dec_root(&bc->pool, d, w.scale));
		doublings++;
	}
	/* l(x) = 2 atanh((x - 1) / (x + 1)) */
	below = dec_add(&bc->pool, d, bc->one);
	divide(&w, &y, below);
	put(&w, &d, arc_series(&w, y, false));
	dec_drop(&bc->pool, y);
	dec_drop(&bc->pool, below);
	while (doublings-- > 0)
		multiply_by(&w, &d, 2);
	return finish(&w, d);
}

/* --- a ------------------------------------------------------------------------------------------------------------------- */

static struct dec *arc_tangent_at(const struct work *w, const struct dec *x)
{
	struct dec *d = copy(w, x), *below;
	intmax_t doublings = 0;

	/* a(x) = 2 a(x / (1 + sqrt(1 + x^2))) */
	while (is_over(w, d, w->scale > 100 ? 128 : 8)) {
		below = copy(w, d);
		multiply(w, &below, d);
		add(w, &below, w->bc->one);
		put(w, &below, dec_root(w->pool, below, w->scale));
		add(w, &below, w->bc->one);
		divide(w, &d, below);
		dec_drop(w->pool, below);
		doublings++;
	}
	put(w, &d, arc_series(w, d, true));
	while (doublings-- > 0)
		multiply_by(w, &d, 2);
	return d;
}

static struct dec *arc_tangent(struct bc *bc, const struct dec *x, const struct dec *unused)
{
	struct work w = work_with(bc, 2 * dec_digits(x) + bc->scale / 20 + 10);

	(void)unused;
	return finish(&w, arc_tangent_at(&w, x));
}

/* --- s, c ------------------------------------------------------------------------------------------------------------------ */

/* x without whole turns, between -pi and pi. */
static struct dec *within_a_turn(const struct work *w, const struct dec *x)
{
	struct dec *pi, *turns, *d = copy(w, x);

	if (!is_over(w, x, 1))
		return d;
	pi = arc_tangent_at(w, w->bc->one);
	multiply_by(w, &pi, 4);
	/* to the nearest: x/pi and half a turn, to whole turns */
	turns = copy(w, x);
	divide(w, &turns, pi);
	if (x->negative)
		subtract(w, &turns, w->bc->one);
	else
		add(w, &turns, w->bc->one);
	put(w, &turns, dec_rescale(w->pool, turns, 0));
	{
		struct dec *two = number(w, 2);

		put(w, &turns, dec_divide(w->pool, turns, two, 0));
		put(w, &turns, dec_multiply(w->pool, turns, two, 0));
		dec_drop(w->pool, two);
	}
	multiply(w, &turns, pi);
	subtract(w, &d, turns);
	dec_drop(w->pool, pi);
	dec_drop(w->pool, turns);
	return d;
}

static struct dec *circular(struct bc *bc, const struct dec *x, bool sine)
{
	struct work w = work_with(bc, 2 * dec_digits(x) + 10);
	struct dec *angle, *factor, *d;

	if (x->scale > w.scale)
		w.scale = x->scale + GUARD;
	angle = within_a_turn(&w, x);
	factor = copy(&w, angle);
	multiply(&w, &factor, angle);
	put(&w, &factor, dec_negate(w.pool, factor));
	if (sine) {
		d = alternate(&w, angle, factor, 2);
	} else {
		dec_drop(&bc->pool, angle);
		d = alternate(&w, number(&w, 1), factor, 1);
	}
	dec_drop(&bc->pool, factor);
	return finish(&w, d);
}

static struct dec *sine(struct bc *bc, const struct dec *x, const struct dec *unused)
{
	(void)unused;
	return circular(bc, x, true);
}

static struct dec *cosine(struct bc *bc, const struct dec *x, const struct dec *unused)
{
	(void)unused;
	return circular(bc, x, false);
}

/* --- j ------------------------------------------------------------------------------------------------------------------- */

/* The sum over k of (-1)^k (x/2)^(2k+n) / (k! (n+k)!); j(-n, x) is (-1)^n j(n, x). */
static struct dec *bessel(struct bc *bc, const struct dec *x, const struct dec *order)
{
	struct work w;
	struct dec *half, *term, *sum, *factor;
	intmax_t n, size;

	if (!dec_to_int(order, &n) || n > INT_MAX || n < -INT_MAX)
		bc_error(bc, "order too large in j");
	dec_to_int(x, &size);
	size = size < 0 ? -size : size;
	size = size < 0 || size > INT_MAX ? INT_MAX : size;
	w = work_with(bc, (size_t)size + (size_t)(n < 0 ? -n : n) / 2 + 10);
	half = copy(&w, x);
	divide_by(&w, &half, 2);
	term = number(&w, n < 0 && n % 2 ? -1 : 1);
	n = n < 0 ? -n : n;
	for (intmax_t k = 1; k <= n; k++) {
		multiply(&w, &term, half);
		divide_by(&w, &term, k);
	}
	factor = copy(&w, half);
	multiply(&w, &factor, half);
	put(&w, &factor, dec_negate(w.pool, factor));
	sum = copy(&w, term);
	for (intmax_t k = 1; !dec_is_zero(term); k++) {
		multiply(&w, &term, factor);
		divide_by(&w, &term, k * (n + k));
		add(&w, &sum, term);
	}
	dec_drop(&bc->pool, half);
	dec_drop(&bc->pool, term);
	dec_drop(&bc->pool, factor);
	return finish(&w, sum);
}

const struct math_entry bc_mathlib[6] = {
	{ "e", exponential, 1 }, { "l", logarithm, 1 },   { "s", sine, 1 },
	{ "c", cosine, 1 },      { "a", arc_tangent, 1 }, { "j", bessel, 2 },
};
