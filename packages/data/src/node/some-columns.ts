import { field, type Row, type RowStream, requireColumn, type Table, type TableHeader } from '../table';

/** A table with some of its columns, in its own order. Throws AttuneError `DATA_COLUMN_MISSING` for one that it lacks. */
export function tableOfColumns(table: Table, wanted: readonly string[]): Table {
  const columns = chosenColumns(table, wanted);
  return { ...table, columns, rows: table.rows.map((row) => rowOfColumns(row, columns)) };
}

/** As `tableOfColumns`, of rows that are yet to come. */
export function streamOfColumns(stream: RowStream, wanted: readonly string[]): RowStream {
  const columns = chosenColumns(stream, wanted);
  return { ...stream, columns, rows: rowsOfColumns(stream.rows, columns) };
}

function chosenColumns(header: TableHeader, wanted: readonly string[]): string[] {
  for (const name of wanted) requireColumn(header, name);
  return header.columns.filter((name) => wanted.includes(name));
}

async function* rowsOfColumns(rows: AsyncIterable<Row>, columns: readonly string[]): AsyncGenerator<Row> {
  for await (const row of rows) yield rowOfColumns(row, columns);
}

function rowOfColumns(row: Row, columns: readonly string[]): Row {
  return { line: row.line, fields: Object.fromEntries(columns.map((name) => [name, field(row, name)])) };
}
