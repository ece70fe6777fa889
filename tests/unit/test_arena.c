/* test_arena.c - the release build's arena, which the sanitizers' build replaces by one on malloc; compiled in here
 * under other names */
#define arena_alloc       real_alloc
#define arena_grow        real_grow
#define arena_mark        real_mark
#define arena_release     real_release
#define arena_alloc_array real_alloc_array
#include "../../libbb/arena.c"
#include <check.h>
#include "run_suites.h"

/* Whether all of the block is zero; it is then filled. */
static bool fresh(char *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i])
			return false;
	memset(p, 'x', size);
	return true;
}

START_TEST(zeroed_and_aligned)
{
	struct arena_mark mark = real_mark();

	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 400000; size = size * 5 / 4 + 1) {
			char *p = real_alloc(size);

			ck_assert_uint_eq((uintptr_t)p % ALIGN, 0);
			ck_assert(fresh(p, size));
		}
		real_release(mark);
		ck_assert_ptr_eq(large_top, mark.large);
	}
}
END_TEST

START_TEST(grows)
{
	struct arena_mark mark = real_mark();
	char *small = NULL, *large = real_alloc(200000), *other;
	size_t size = 0, lost = 0;

	memset(large, 'l', 200000);
	for (size_t want = 10; want < 3000000; want = want * 3 / 2) {
		small = real_grow(small, size, want);
		for (size_t i = 0; i < size; i++)
			lost += small[i] != 'x';
		ck_assert(fresh(small + size, want - size));
		size = want;
		other = real_alloc(100);
		ck_assert(fresh(other, 100));
	}
	ck_assert_uint_eq(lost, 0);
	large = real_grow(large, 200000, 900000);
	ck_assert_int_eq(large[199999], 'l');
	ck_assert(fresh(large + 200000, 700000));
	real_release(mark);
	ck_assert_ptr_null(large_top);
}
END_TEST

START_TEST(grows_in_place)
{
	struct arena_mark mark = real_mark();
	char *p = real_alloc(16);

	ck_assert_ptr_eq(real_grow(p, 16, 64), p);
	ck_assert_ptr_eq(real_grow(p, 64, 4096), p);
	real_alloc(1);
	ck_assert_ptr_ne(real_grow(p, 4096, 8192), p);
	real_release(mark);
}
END_TEST

Suite *arena_suite(void)
{
	Suite *s = suite_create("arena");
	TCase *t = tcase_create("arena");

	tcase_add_test(t, zeroed_and_aligned);
	tcase_add_test(t, grows);
	tcase_add_test(t, grows_in_place);
	suite_add_tcase(s, t);
	return s;
}
