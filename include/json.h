/* json.h - writing JSON; RFC 8259 */
#ifndef JSON_H
#define JSON_H

/* Writes what stands for `s` between the quotes of a string to standard output. */
void out_json(const char *s);

#endif
