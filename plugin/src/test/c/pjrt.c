/* A library that gives out a table which somebody else made. */
static const void *api;

void set_api(const void *table) { api = table; }

const void *GetPjrtApi(void) { return api; }
