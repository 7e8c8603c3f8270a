/* fields.h - a field of a record as the cell of a row; the same values as the verb query has. */
#ifndef CLI_FLEET_FIELDS_H
#define CLI_FLEET_FIELDS_H

#include "model/schema.h"
#include "rows.h"

/* `room` is a buffer that is used again and again. */
void cli_rows_field(struct cli_rows *rows, const struct dbc_record *rec,
                    const struct dbc_field *field, struct dbc_buf *room);

#endif
