/* builtin.c - the functions of awk but for those about regular expressions
 */
#include <math.h>
#include "awk.h"
#include "elementary.h"

/* In the order of enum builtin_op: POSIX's, then gawk's, each sorted by name. */
const struct builtin awk_builtins[BUILTINS] = {
	{ "atan2", F_ATAN2, 2, 2, 0 },
	{ "close", F_CLOSE, 1, 2, 0 },
	{ "cos", F_COS, 1, 1, 0 },
	{ "exp", F_EXP, 1, 1, 0 },
	{ "fflush", F_FFLUSH, 0, 1, 0 },
	{ "gsub", F_GSUB, 2, 3, 0 },
	{ "index", F_INDEX, 2, 2, 0 },
	{ "int", F_INT, 1, 1, 0 },
	{ "length", F_LENGTH, 0, 1, 0 },
	{ "log", F_LOG, 1, 1, 0 },
	{ "match", F_MATCH, 2, 3, 0 },
	{ "rand", F_RAND, 0, 0, 0 },
	{ "sin", F_SIN, 1, 1, 0 },
	{ "split", F_SPLIT, 2, 4, 0 },
	{ "sprintf", F_SPRINTF, 1, 255, 0 },
	{ "sqrt", F_SQRT, 1, 1, 0 },
	{ "srand", F_SRAND, 0, 1, 0 },
	{ "sub", F_SUB, 2, 3, 0 },
	{ "substr", F_SUBSTR, 2, 3, 0 },
	{ "system", F_SYSTEM, 1, 1, 0 },
	{ "tolower", F_TOLOWER, 1, 1, 0 },
	{ "toupper", F_TOUPPER, 1, 1, 0 },
	{ "and", F_AND, 2, 255, 1 },
	{ "asort", F_ASORT, 1, 3, 1 },
	{ "asorti", F_ASORTI, 1, 3, 1 },
	{ "bindtextdomain", F_BINDTEXTDOMAIN, 1, 2, 1 },
	{ "compl", F_COMPL, 1, 1, 1 },
	{ "dcgettext", F_DCGETTEXT, 1, 3, 1 },
	{ "dcngettext", F_DCNGETTEXT, 3, 5, 1 },
	{ "gensub", F_GENSUB, 3, 4, 1 },
	{ "isarray", F_ISARRAY, 1, 1, 1 },
	{ "lshift", F_LSHIFT, 2, 2, 1 },
	{ "mkbool", F_MKBOOL, 1, 1, 1 },
	{ "mktime", F_MKTIME, 1, 2, 1 },
	{ "or", F_OR, 2, 255, 1 },
	{ "patsplit", F_PATSPLIT, 2, 4, 1 },
	{ "rshift", F_RSHIFT, 2, 2, 1 },
	{ "strftime", F_STRFTIME, 0, 3, 1 },
	{ "strtonum", F_STRTONUM, 1, 1, 1 },
	{ "systime", F_SYSTIME, 0, 0, 1 },
	{ "typeof", F_TYPEOF, 1, 1, 1 },
	{ "xor", F_XOR, 2, 255, 1 },
};

const struct builtin *awk_find_builtin(const char *name, size_t len)
{
	for (size_t i = 0; i < BUILTINS; i++)
		if (*awk_builtins[i].name == *name && strncmp(awk_builtins[i].name, name, len) == 0 &&
		    !awk_builtins[i].name[len])
			return &awk_builtins[i];
	return NULL;
}

static double do_index(struct awk *a, struct value **args)
{
	size_t n, m;
	const char *s = text_of(a, args[0], &n), *t = text_of(a, args[1], &m), *end = s + n, *q;
	size_t chars, at = 1;

	if (!a->ignore_case) {
		q = mem_mem(s, n, t, m);
		return q ? count_num(awk_count_chars(a, s, (size_t)(q - s))) + 1 : 0;
	}
	chars = awk_count_chars(a, t, m);
	for (; s <= end; at++) {
		q = s;
		for (size_t i = 0; i < chars && q < end; i++)
			q += awk_char_bytes(a, q, end);
		if (awk_compare_text(a, s, (size_t)(q - s), t, m) == 0)
			return count_num(at);
		s += s < end ? awk_char_bytes(a, s, end) : 1;
	}
	return 0;
}

static void change_case(struct awk *a, struct value *dst, struct value *v, bool upper)
{
	size_t len, n = 0;
	const char *p = text_of(a, v, &len), *end = p + len;
	bool ascii = awk_ascii_text(a, v, p, len);
	struct str *s = awk_str_new(a, ascii ? len : len * 2);

	while (p < end) {
		uint32_t cp;
		int bytes;
		char c = *p;

		if (ascii || (unsigned char)c < 0x80) {
			if ((unsigned char)((c | 32) - 'a') < 26)
				c = (char)(upper ? c & ~32 : c | 32);
			s->data[n++] = c;
			p++;
			continue;
		}
		bytes = utf8_decode(p, (size_t)(end - p), &cp);
		if (bytes <= 0) {
			s->data[n++] = *p++;
			continue;
		}
		n += (size_t)utf8_encode(upper ? char_upper(cp) : char_lower(cp), s->data + n);
		p += bytes;
	}
	s->len = n;
	s->data[n] = 0;
	awk_set_str(a, dst, s);
}

static uint64_t next_random(uint64_t *state)
{
	uint64_t x = *state += 0x9E3779B97F4A7C15ULL;

	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
	x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
	return x ^ x >> 31;
}

static double do_srand(struct awk *a, struct value **args, int n)
{
	double before = a->seed;

	a->seed = n > 0 ? awk_to_num(a, args[0]) : (double)time(NULL);
	memcpy(a->random, &a->seed, sizeof(a->seed));
	return before;
}

/* A non-negative argument of a function on bits. */
static uint64_t bits_of(struct awk *a, const char *name, struct value **args, int i)
{
	double d = awk_to_num(a, args[i]);

	if (d < 0)
		awk_fatal(a, "%s: argument %d negative value %.6g is not allowed", name, i + 1, d);
	return d >= 18446744073709551616.0 ? UINT64_MAX : (uint64_t)d;
}

static double bit_function(struct awk *a, int op, struct value **args, int n)
{
	const char *name = awk_builtins[op].name;
	uint64_t x = bits_of(a, name, args, 0), y;

	if (op == F_COMPL)
		return (double)(~x & ((1ULL << 53) - 1));
	for (int i = 1; i < n; i++) {
		y = bits_of(a, name, args, i);
		if (op == F_AND)
			x &= y;
		else if (op == F_OR)
			x |= y;
		else if (op == F_XOR)
			x ^= y;
		else if (y > 63)
			x = 0;
		else
			x = op == F_LSHIFT ? x << y : x >> y;
	}
	return (double)x;
}

static double do_strtonum(struct awk *a, struct value *v)
{
	size_t len;
	const char *p;
	bool whole, before = a->non_decimal;
	double num;

	if (v->type != STRING && v->type != SLICE && awk_numeric(a, v, &num))
		return num;
	p = text_of(a, v, &len);
	a->non_decimal = true;
	num = awk_text_to_num(a, p, len, &whole);
	a->non_decimal = before;
	return num;
}

static void do_strftime(struct awk *a, struct value *dst, struct value **args, int n)
{
	struct timespec ts = { .tv_sec = n > 1 ? (time_t)awk_to_num(a, args[1]) : time(NULL) };
	bool utc = n > 2 && awk_truth(a, args[2]);
	const char *format = "%a %b %e %H:%M:%S %Z %Y";
	struct key key;
	struct value *v;
	struct tm tm;

	awk_text_key(&key, "strftime", 8);
	v = n > 0 ? args[0] : awk_table_find(awk_to_table(a, &a->globals[V_PROCINFO]), &key);
	if (v)
		format = awk_to_name(a, v);
	a->utc.utc = true;
	a->format_buf.len = 0;
	if (*format && time_split(utc ? &a->utc : &a->zone, ts.tv_sec, &tm))
		time_format(&a->format_buf, format, &tm, &ts);
	awk_set_str(a, dst, awk_str_make(a, a->format_buf.data, a->format_buf.len));
}

static double do_mktime(struct awk *a, struct value **args, int n)
{
	char *p = (char *)(uintptr_t)awk_to_name(a, args[0]);
	long f[7] = { 0, 0, 0, 0, 0, 0, -1 };
	int count = 0;
	struct tm tm;
	time_t t;

	for (; count < 7; count++) {
		char *end;
		long x = strtol(p, &end, 10);

		if (end == p)
			break;
		f[count] = x;
		p = end;
	}
	if (count < 6)
		return -1;
	tm = (struct tm){ .tm_year = (int)f[0] - 1900,
			  .tm_mon = (int)f[1] - 1,
			  .tm_mday = (int)f[2],
			  .tm_hour = (int)f[3],
			  .tm_min = (int)f[4],
			  .tm_sec = (int)f[5],
			  .tm_isdst = (int)f[6] };
	t = n > 1 && awk_truth(a, args[1]) ? timegm(&tm) : mktime(&tm);
	return (double)t;
}

static const char *type_name(struct awk *a, struct value *v)
{
	double num;

	v = awk_origin(v);
	switch (v->type) {
	case UNINIT:
		return v->len ? "unassigned" : "untyped";
	case NUMBER:
		return v->len ? "number|bool" : "number";
	case FIELD:
	case STRNUM:
		if (v->type == STRNUM && v->str == a->missing)
			return "unassigned";
		return awk_numeric(a, v, &num) ? "strnum" : "string";
	case REGEX:
		return "regexp";
	case ARRAY:
		return "array";
	default:
		return "string";
	}
}

static double do_split(struct awk *a, struct value **args, int n, bool pattern)
{
	size_t len, count;
	const char *p = text_of(a, args[0], &len);
	struct str *held = awk_str_make(a, p, len); /* the array may hold it */
	struct table *t = awk_to_table(a, args[1]), *seps = n > 3 ? awk_to_table(a, args[3]) : NULL;
	struct value *by = n > 2 ? args[2] : &a->globals[pattern ? V_FPAT : V_FS];
	struct splitter s = { .mode = SPLIT_FPAT };

	if (t == seps)
		awk_fatal(a, "%s: cannot use the same array for second and fourth args",
			  pattern ? "patsplit" : "split");
	if (pattern)
		s.pattern = awk_to_pattern(a, by);
	else if (a->csv && n < 3)
		s.mode = SPLIT_CSV;
	else
		awk_use_splitter(a, by, &s);
	awk_table_clear(a, t);
	if (seps)
		awk_table_clear(a, seps);
	count = awk_split_to(a, &s, held->data, len, t, seps);
	awk_str_release(a, held);
	return count_num(count);
}

static double do_log(struct awk *a, double d)
{
	if (d < 0)
		awk_warning(a, "log: received negative argument %.6g", d);
	return elementary_log(d);
}

static double do_exp(struct awk *a, double d)
{
	double result = elementary_exp(d);

	if (isfinite(d) && (isinf(result) || result == 0))
		awk_warning(a, "exp: argument %.6g is out of range", d);
	return result;
}

static double do_sqrt(struct awk *a, double d)
{
	if (d < 0)
		awk_warning(a, "sqrt: received negative argument %.6g", d);
	return sqrt(d);
}

static double do_close(struct awk *a, struct value **args, int n)
{
	size_t len;
	const char *name = text_of(a, args[0], &len);

	return awk_close_stream(a, name, len, n > 1 ? awk_to_name(a, args[1]) : NULL);
}

static double do_fflush(struct awk *a, struct value **args, int n)
{
	size_t len = 0;

	if (n > 0)
		text_of(a, args[0], &len);
	if (len > 0)
		return awk_flush_stream(a, args[0]) ? 0 : -1;
	awk_flush_all(a);
	return 0;
}

static void do_sprintf(struct awk *a, struct value *dst, struct value **args, int n)
{
	size_t len;
	const char *format = text_of(a, args[0], &len);

	a->format_buf.len = 0;
	awk_format_values(a, &a->format_buf, format, len, args + 1, n - 1);
	awk_set_str(a, dst, awk_str_make(a, a->format_buf.data, a->format_buf.len));
}

void awk_call_builtin(struct awk *a, int op, struct value *dst, struct value **args, int n, bool lasting)
{
	double num = 0;

	switch ((enum builtin_op)op) {
	case F_ATAN2:
		num = elementary_atan2(awk_to_num(a, args[0]), awk_to_num(a, args[1]));
		break;
	case F_CLOSE:
		num = do_close(a, args, n);
		break;
	case F_COS:
		num = elementary_cos(awk_to_num(a, args[0]));
		break;
	case F_EXP:
		num = do_exp(a, awk_to_num(a, args[0]));
		break;
	case F_FFLUSH:
		num = do_fflush(a, args, n);
		break;
	case F_SUB:
	case F_GSUB:
		awk_do_sub(a, dst, args, n, op == F_GSUB);
		return;
	case F_INDEX:
		num = do_index(a, args);
		break;
	case F_INT:
		num = trunc(awk_to_num(a, args[0]));
		break;
	case F_LENGTH:
		num = awk_length_of(a, args[0]);
		break;
	case F_LOG:
		num = do_log(a, awk_to_num(a, args[0]));
		break;
	case F_MATCH:
		awk_do_match(a, dst, args, n);
		return;
	case F_RAND:
		num = (double)(next_random(a->random) >> 11) * 0x1p-53;
		break;
	case F_SIN:
		num = elementary_sin(awk_to_num(a, args[0]));
		break;
	case F_SPLIT:
		num = do_split(a, args, n, false);
		break;
	case F_SPRINTF:
		do_sprintf(a, dst, args, n);
		return;
	case F_SQRT:
		num = do_sqrt(a, awk_to_num(a, args[0]));
		break;
	case F_SRAND:
		num = do_srand(a, args, n);
		break;
	case F_SUBSTR:
		awk_do_substr(a, dst, args, n, lasting);
		return;
	case F_SYSTEM:
		num = awk_run_system(a, awk_to_name(a, args[0]));
		break;
	case F_TOLOWER:
	case F_TOUPPER:
		change_case(a, dst, args[0], op == F_TOUPPER);
		return;
	case F_AND:
	case F_OR:
	case F_XOR:
	case F_COMPL:
	case F_LSHIFT:
	case F_RSHIFT:
		num = bit_function(a, op, args, n);
		break;
	case F_ASORT:
	case F_ASORTI:
		awk_sort_array(a, dst, args, n, op == F_ASORTI);
		return;
	case F_BINDTEXTDOMAIN:
	case F_DCGETTEXT:
		awk_copy_value(a, dst, args[0]);
		return;
	case F_DCNGETTEXT:
		awk_copy_value(a, dst, args[awk_to_num(a, args[2]) == 1 ? 0 : 1]);
		return;
	case F_GENSUB:
		awk_do_gensub(a, dst, args, n);
		return;
	case F_ISARRAY:
		num = awk_origin(args[0])->type == ARRAY;
		break;
	case F_MKBOOL:
		awk_set_num(a, dst, awk_truth(a, args[0]));
		dst->len = 1;
		return;
	case F_MKTIME:
		num = do_mktime(a, args, n);
		break;
	case F_PATSPLIT:
		num = do_split(a, args, n, true);
		break;
	case F_STRFTIME:
		do_strftime(a, dst, args, n);
		return;
	case F_STRTONUM:
		num = do_strtonum(a, args[0]);
		break;
	case F_SYSTIME:
		num = (double)time(NULL);
		break;
	case F_TYPEOF:
		awk_set_str(a, dst, awk_str_const(a, type_name(a, args[0])));
		return;
	case BUILTINS:
		break;
	}
	awk_set_num(a, dst, num);
}
