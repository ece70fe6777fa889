/* table.c - looking an applet up in the generated table */
#include <string.h>
#include "applet.h"

const struct applet *find_applet(const char *name)
{
	size_t low = 0, high = applets_count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(name, applets[mid].name);

		if (order == 0)
			return &applets[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
