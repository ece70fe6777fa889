/* test_dateparse.c - dateparse.h by examples; the expected times are those of date(1) 9.1 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include "dateparse.h"
#include "run.h"

Suite *dateparse_suite(void);

struct example {
	const char *text;
	long long seconds;
	long nsec;
};

/* 2023-11-14 22:13:20.123456789 UTC, a Tuesday. */
static const struct timespec now = { 1700000000, 123456789 };

static void check_example(const struct example *e)
{
	struct timespec t = { 1, 2 };

	ck_assert_msg(date_parse(e->text, &now, &t), "not understood: %s", e->text);
	ck_assert_msg(t.tv_sec == e->seconds && t.tv_nsec == e->nsec, "%s: %lld.%09ld, not %lld.%09ld",
		      e->text, (long long)t.tv_sec, t.tv_nsec, e->seconds, e->nsec);
}

static void check_invalid(const char *text)
{
	struct timespec t = { 1, 2 };

	ck_assert_msg(!date_parse(text, &now, &t), "taken for a date: %s", text);
	ck_assert_msg(t.tv_sec == 1 && t.tv_nsec == 2, "changed the result: %s", text);
}

START_TEST(all_forms)
{
	static const struct example examples[] = {
		{ "2024-02-29", 1709164800, 0 },
		{ "24-2-29", 1709164800, 0 },
		{ "2/29/2024", 1709164800, 0 },
		{ "29 feb 2024", 1709164800, 0 },
		{ "29-feb-2024", 1709164800, 0 },
		{ "Feb 29, 2024", 1709164800, 0 },
		{ "20240229", 1709164800, 0 },
		{ "20240229 1304", 1709211840, 0 },
		{ "2024-02-29T12:34:56,789+05:30", 1709190296, 789000000 },
		{ "2024-02-29 12:34:56.1234567899Z", 1709210096, 123456789 },
		{ "10pm", 1699999200, 0 },
		{ "12am", 1699920000, 0 },
		{ "12:30 p.m.", 1699965000, 0 },
		{ "10:00 -00:30", 1699957800, 0 },
		{ "10:00 UTC+3", 1699945200, 0 },
		{ "10:00 EST DST", 1699970400, 0 },
		{ "10:00 e.s.t.", 1699974000, 0 },
		{ "T10:00", 1699981200, 0 },
		{ "monday", 1700438400, 0 },
		{ "next tuesday", 1700524800, 0 },
		{ "last monday", 1699833600, 0 },
		{ "third monday 10:00", 1701684000, 0 },
		{ "2 weeks ago", 1698790400, 123456789 },
		{ "3 days 4 hours ago", 1700244800, 123456789 },
		{ "12 hours", 1700043200, 123456789 },
		{ "2024-01-31 1 month", 1709337600, 0 },
		{ "-1.5 sec", 1699999998, 623456789 },
		{ "tomorrow", 1700086400, 123456789 },
		{ "yesterday 10:00", 1699869600, 0 },
		{ "now", 1700000000, 123456789 },
		{ "10 -3 days", 1699696800, 0 },
		{ "10:00 -3 days", 1700053200, 0 },
		{ "jan 5 10:00 2024", 1704448800, 0 },
		{ "5 jan 10", 1262649600, 0 },
		{ "@-1.5", -2, 500000000 },
		{ "@1700000000", 1700000000, 0 },
		{ "(a (nested) comment) 2024-01-02", 1704153600, 0 },
		{ "TZ=\"America/New_York\" 2024-07-04 10:00", 1720101600, 0 },
	};

	setenv("TZ", "UTC0", 1);
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		check_example(&examples[i]);
	ck_assert_str_eq(getenv("TZ"), "UTC0");
}
END_TEST

START_TEST(no_dates)
{
	static const char *const texts[] = {
		"2024-02-30", "2/29",          "24:00",     "10:60",
		"13pm",       "0am",           "mon tue",   "10:00 11:00",
		"z z",        "foo",           "@1 1 day",  "jan",
		"+3",         "10:00 +25",     "1.5 hours", "99999999999999999999",
		"-:",         "2024-01-02T13",
	};

	setenv("TZ", "UTC0", 1);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check_invalid(texts[i]);
}
END_TEST

START_TEST(clock_changes)
{
	static const struct example examples[] = {
		{ "2024-03-09 02:30 1 day", 1710055800, 0 },
		{ "2024-11-03 01:30 EST", 1730615400, 0 },
		{ "2024-11-03 01:30 EDT", 1730611800, 0 },
		{ "60 days ago", 1694816000, 123456789 },
	};

	setenv("TZ", "America/New_York", 1);
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		check_example(&examples[i]);
	check_invalid("2024-03-10 02:30");
	check_invalid("2023-07-01 EST");
}
END_TEST

/* Whatever the bytes are, there is an answer. */
START_TEST(any_bytes)
{
	static const char letters[] = "0123456789 -+/:.,@()TZ=\"\\amponjdsty\200";
	unsigned seed = 1;

	setenv("TZ", "UTC0", 1);
	for (int n = 0; n < 20000; n++) {
		struct timespec t;
		char text[24];
		size_t len;

		seed = seed * 1103515245u + 12345u;
		len = seed >> 16 & 15;
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1103515245u + 12345u;
			text[i] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		text[len] = 0;
		if (date_parse(text, &now, &t))
			ck_assert_msg(t.tv_nsec >= 0 && t.tv_nsec < 1000000000, "%s", text);
	}
}
END_TEST

Suite *dateparse_suite(void)
{
	Suite *s = suite_create("dateparse");
	TCase *t = tcase_create("all");

	tcase_add_test(t, all_forms);
	tcase_add_test(t, no_dates);
	tcase_add_test(t, clock_changes);
	tcase_add_test(t, any_bytes);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	return s;
}
