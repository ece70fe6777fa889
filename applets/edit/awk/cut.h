/* cut.h - finding the ends of words and fields, for field.c and cut.c */
#ifndef CUT_H
#define CUT_H

static inline bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static inline const char *word_start(const char *p, const char *end)
{
	while (p < end && blank(*p))
		p++;
	return p;
}

static inline const char *word_end(const char *p, const char *end)
{
	while (p < end && ((unsigned char)*p > ' ' || !blank(*p)))
		p++;
	return p;
}

static inline const char *find_char(const char *p, const char *end, char c, bool newline)
{
	const char *near = end - p > 16 ? p + 16 : end;

	for (; p < near; p++)
		if (*p == c || (newline && *p == '\n'))
			return p;
	if (p == end)
		return end;
	p = newline ? mem_chr2(p, c, '\n', (size_t)(end - p)) : mem_chr(p, c, (size_t)(end - p));
	return p ? p : end;
}

#endif
