/* chars.c - characters: length(), substr()
 *
 * hot: some programs look at each character of their input
 */
#include <math.h>
#include "awk.h"

bool awk_is_ascii(const char *p, size_t len)
{
	uint64_t x, any = 0;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&x, p, 8);
		any |= x;
	}
	for (; len > 0; len--)
		any |= (unsigned char)*p++;
	return !(any & 0x8080808080808080ULL);
}

size_t awk_char_bytes(struct awk *a, const char *p, const char *end)
{
	uint32_t cp;
	int n;

	if (!a->utf8 || (unsigned char)*p < 0x80)
		return 1;
	n = utf8_decode(p, (size_t)(end - p), &cp);
	return n > 0 ? (size_t)n : 1;
}

size_t awk_count_chars(struct awk *a, const char *p, size_t len)
{
	const char *end = p + len;
	size_t n = 0;

	if (!a->utf8 || awk_is_ascii(p, len))
		return len;
	if (utf8_valid(p, len))
		return utf8_count(p, len);
	if (!a->warned[0])
		awk_warning(
			a,
			"Invalid multibyte data detected. There may be a mismatch between your data and your "
			"locale");
	a->warned[0] = true;
	for (; p < end; p += awk_char_bytes(a, p, end))
		n++;
	return n;
}

/* Whether the text, which is that of `v`, is all ASCII; remembered where there is a place for it. */
bool awk_ascii_text(struct awk *a, struct value *v, const char *p, size_t len)
{
	struct str *s = v->type == STRING || v->type == STRNUM ? v->str : NULL;
	bool record = p == a->rec && len == a->rec_len, ascii;

	if (!a->utf8)
		return true;
	if (s && s->flags & ASCII_KNOWN)
		return s->flags & IS_ASCII;
	if (!s && record && a->rec_ascii >= 0)
		return a->rec_ascii;
	ascii = awk_is_ascii(p, len);
	if (s)
		s->flags |= (uint8_t)(ASCII_KNOWN | (ascii ? IS_ASCII : 0));
	else if (record)
		a->rec_ascii = ascii;
	return ascii;
}

struct value *awk_origin(struct value *v)
{
	while (v->type == REF)
		v = v->ref;
	return v;
}

double awk_length_of(struct awk *a, struct value *v)
{
	const char *p;
	size_t len;

	v = awk_origin(v);
	if (v->type == ARRAY)
		return v->table->count;
	p = text_of(a, v, &len);
	return count_num(awk_ascii_text(a, v, p, len) ? len : awk_count_chars(a, p, len));
}

static COLD const char *skip_chars(struct awk *a, const char *p, const char *end, double n)
{
	for (; n > 0 && p < end; n--)
		p += awk_char_bytes(a, p, end);
	return p;
}

/* substr(): fractions are cut off, a start before the string is its beginning. */
void awk_do_substr(struct awk *a, struct value *dst, struct value **args, int n, bool lasting)
{
	struct value *v = args[0];
	size_t len;
	const char *p = text_of(a, v, &len);
	double start = trunc(to_num(a, args[1])), count = n > 2 ? trunc(to_num(a, args[2])) : INFINITY;

	if (!(start >= 1))
		start = 1;
	if (!(count > 0) || start > count_num(len)) {
		len = 0;
	} else if (awk_ascii_text(a, v, p, len)) {
		p += num_count(start) - 1;
		len -= num_count(start) - 1;
		if (count < count_num(len))
			len = num_count(count);
	} else {
		const char *end = p + len;

		p = skip_chars(a, p, end, start - 1);
		len = (size_t)(skip_chars(a, p, end, count) - p);
	}
	if (len <= UINT32_MAX && (v->type == FIELD || v->type == SLICE || (lasting && v->type >= STRING))) {
		release(a, dst);
		dst->type = SLICE;
		dst->len = (uint32_t)len;
		dst->ptr = p;
		return;
	}
	awk_set_str(a, dst, awk_str_make(a, p, len));
}
