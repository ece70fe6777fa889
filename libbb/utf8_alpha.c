/* utf8_alpha.c - letters and punctuation */
#include "utf8.h"
#include "utf8_tables.h"
#include "utf8_alpha_table.h"

bool char_alpha(uint32_t cp)
{
	if (cp < 0x80)
		return (cp | 32) - 'a' < 26;
	return unicode_class(alpha_index, alpha_runs, cp);
}

bool char_alnum(uint32_t cp)
{
	return char_digit(cp) || char_alpha(cp);
}

bool char_punct(uint32_t cp)
{
	return char_graph(cp) && !char_alnum(cp);
}
