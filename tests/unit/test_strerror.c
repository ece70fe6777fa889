/* test_strerror.c - every message is the GNU C library's: compared with strerrordesc_np(3) of the host's */
#include <check.h>
#include <string.h>
#include "run_suites.h"

START_TEST(wording)
{
	for (int code = 0; code < 134; code++) {
		const char *want = strerrordesc_np(code);

		if (want)
			ck_assert_str_eq(strerror(code), want);
	}
	ck_assert_str_eq(strerror(41), "Unknown error 41");
	ck_assert_str_eq(strerror(4000), "Unknown error 4000");
	ck_assert_str_eq(strerror(-1), "Unknown error -1");
}
END_TEST

Suite *strerror_suite(void)
{
	Suite *s = suite_create("strerror");
	TCase *t = tcase_create("strerror");

	tcase_add_test(t, wording);
	suite_add_tcase(s, t);
	return s;
}
