/* json.c - writing JSON */
#include <string.h>
#include "json.h"
#include "out.h"

void out_json(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		const char *letter = strchr("b\bf\fn\nr\rt\t", c);

		if (c == '"' || c == '\\')
			out_fmt("\\%c", c);
		else if (c < ' ' && letter)
			out_fmt("\\%c", letter[-1]);
		else if (c < ' ')
			out_fmt("\\u%04x", c);
		else
			out_char((char)c);
	}
}
