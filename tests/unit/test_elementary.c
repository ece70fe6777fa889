/* test_elementary.c - elementary.h against the host's C library */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "elementary.h"

Suite *elementary_suite(void);

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 11;
}

/* A number of any size, or of one that is usual. */
static double any_number(uint64_t *state)
{
	uint64_t bits = next_random(state) << 11 | next_random(state) % 2048;
	double x;

	if (next_random(state) % 2)
		return ((double)next_random(state) / 0x1p53 - 0.5) * 200;
	memcpy(&x, &bits, sizeof(x));
	return isnan(x) ? NAN : x;
}

/* How many doubles lie between two; 0 for two that are no numbers. */
static uint64_t distance(double a, double b)
{
	int64_t p, q;

	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b) ? 0 : UINT64_MAX;
	memcpy(&p, &a, sizeof(p));
	memcpy(&q, &b, sizeof(q));
	if ((p < 0) != (q < 0))
		return a == b && p << 1 == 0 && p == q ? 0 : UINT64_MAX;
	return p > q ? (uint64_t)p - (uint64_t)q : (uint64_t)q - (uint64_t)p;
}

static void compare(const char *name, double x, double y, double ours, double theirs)
{
	if (distance(ours, theirs) > 1)
		ck_abort_msg("%s(%a, %a) is %a and not %a", name, x, y, ours, theirs);
}

START_TEST(one_argument)
{
	uint64_t state = 1;

	for (int i = 0; i < 300000; i++) {
		double x = any_number(&state);

		compare("sin", x, 0, elementary_sin(x), sin(x));
		compare("cos", x, 0, elementary_cos(x), cos(x));
		compare("exp", x, 0, elementary_exp(x), exp(x));
		compare("log", x, 0, elementary_log(x), log(x));
	}
}
END_TEST

START_TEST(two_arguments)
{
	uint64_t state = 2;

	for (int i = 0; i < 300000; i++) {
		double x = any_number(&state), y = any_number(&state);

		if (i % 3 == 0)
			y = rint(y);
		compare("atan2", x, y, elementary_atan2(x, y), atan2(x, y));
		compare("pow", x, y, elementary_pow(x, y), pow(x, y));
	}
}
END_TEST

START_TEST(special)
{
	static const double values[] = { 0.0,        -0.0,     1,         -1,    2,       -2,     0.5,
					 -0.5,       3,        -3,        1e300, -1e300,  1e-300, 0x1p53,
					 0x1p53 + 2, INFINITY, -INFINITY, NAN,   709.782, 709.79, -745.13,
					 -746,       1e22,     0x1p1023,  M_PI,  M_PI_2,  M_PI_4, 5e-324,
					 -5e-324,    0.75,     1e9,       3e9 };
	size_t n = sizeof(values) / sizeof(*values);

	for (size_t i = 0; i < n; i++) {
		double x = values[i];

		compare("sin", x, 0, elementary_sin(x), sin(x));
		compare("cos", x, 0, elementary_cos(x), cos(x));
		compare("exp", x, 0, elementary_exp(x), exp(x));
		compare("log", x, 0, elementary_log(x), log(x));
		for (size_t j = 0; j < n; j++) {
			compare("atan2", x, values[j], elementary_atan2(x, values[j]), atan2(x, values[j]));
			compare("pow", x, values[j], elementary_pow(x, values[j]), pow(x, values[j]));
		}
	}
}
END_TEST

Suite *elementary_suite(void)
{
	Suite *s = suite_create("elementary");
	TCase *t = tcase_create("elementary");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, one_argument);
	tcase_add_test(t, two_arguments);
	tcase_add_test(t, special);
	suite_add_tcase(s, t);
	return s;
}
