/* vercmp.c - comparing names by the versions in them
 *
 * GNU coreutils manual, "Version sort is not the same as numeric sort"; deb-version(7), "Sorting algorithm".
 */
#include <stdbool.h>
#include <string.h>
#include "vercmp.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The place of a character among those that are no digits: `~`, the end or a digit, letters, all others. */
static int rank(const char *p, const char *end)
{
	if (p == end || is_digit(*p))
		return p == end ? -1 : 0;
	if (*p == '~')
		return -2;
	return is_letter(*p) ? (unsigned char)*p : (unsigned char)*p + 256;
}

/* Moves both over a number and compares them. */
static int compare_numbers(const char **a, const char *a_end, const char **b, const char *b_end)
{
	int first = 0;

	while (*a < a_end && **a == '0')
		++*a;
	while (*b < b_end && **b == '0')
		++*b;
	for (; *a < a_end && *b < b_end && is_digit(**a) && is_digit(**b); ++*a, ++*b)
		if (!first)
			first = **a - **b;
	if (*a < a_end && is_digit(**a))
		return 1;
	if (*b < b_end && is_digit(**b))
		return -1;
	return first;
}

/* Compares texts and numbers in turn. */
static int compare_parts(const char *a, size_t a_len, const char *b, size_t b_len)
{
	const char *a_end = a + a_len, *b_end = b + b_len;

	while (a < a_end || b < b_end) {
		int order;

		while ((a < a_end && !is_digit(*a)) || (b < b_end && !is_digit(*b))) {
			order = rank(a, a_end) - rank(b, b_end);
			if (order)
				return order;
			a++;
			b++;
		}
		order = compare_numbers(&a, a_end, &b, b_end);
		if (order)
			return order;
	}
	return 0;
}

/* The length without the suffix: all of .tar.gz, as long as a letter or ~ follows each dot. */
static size_t stem(const char *s, size_t len)
{
	size_t end = len;

	for (size_t i = len; i-- > 0;) {
		if (s[i] == '.') {
			if (i + 1 == len || !(is_letter(s[i + 1]) || s[i + 1] == '~'))
				break;
			end = i;
		} else if (!is_letter(s[i]) && !is_digit(s[i]) && s[i] != '~') {
			break;
		}
	}
	return end;
}

/* 0 for an empty name, 1 for ., 2 for .., 3 for other hidden names, 4 for the rest. */
static int class_of(const char *s, size_t len)
{
	if (len == 0)
		return 0;
	if (*s != '.')
		return 4;
	return len == 1 ? 1 : len == 2 && s[1] == '.' ? 2 : 3;
}

int version_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int a_class = class_of(a, a_len), b_class = class_of(b, b_len), order;
	size_t a_stem, b_stem;

	if (a_class != b_class)
		return a_class - b_class;
	if (a_class < 3)
		return 0;
	a_stem = stem(a, a_len);
	b_stem = stem(b, b_len);
	order = compare_parts(a, a_stem, b, b_stem);
	return order ? order : compare_parts(a, a_len, b, b_len);
}
